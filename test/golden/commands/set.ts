/** `set relayWait 8000`, before the first node */
import { gossipSettings, settingsFor } from '../../../src/gossip/settings.js'
import { given, type Command } from '../command.js'

export const set: Command = {
  name: 'set',
  usage: 'set SETTING VALUE',
  does: 'a setting of all nodes other than its default; before the first node',
  run(scene, [name, value]) {
    const key = given(name, 'a setting')
    if (!Object.hasOwn(gossipSettings, key)) throw new Error(`there is no setting ${key}`)
    scene.settings = {
      ...scene.settings,
      ...settingsFor('lan', { ...scene.settings, [key]: Number(value) }),
    }
    return []
  },
}
