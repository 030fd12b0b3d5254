/**
 * Makes a failing scenario small: steps, nodes, links, settings and spans are taken away as long as
 * it still fails (delta debugging; Zeller and Hildebrandt, 2002). What is left is what matters.
 */
import type { Millis } from '../../src/base/machine.js'
import type { Fault, Step } from '../fault.js'
import { endOfTrouble, type Scenario } from '../scenario.js'

/** Whether a scenario still fails in the way that is looked for. */
export type Fails = (scenario: Scenario) => boolean

/** @param attempts runs that may be spent on it */
export function shrink(scenario: Scenario, fails: Fails, attempts: number): Scenario {
  let left = attempts
  const tried: Fails = (candidate) => left-- > 0 && fails(candidate)
  let best = scenario
  for (;;) {
    const before = JSON.stringify(best)
    best = fewerSteps(best, tried)
    best = fewerNodes(best, tried)
    best = fewerVictims(best, tried)
    best = plainer(best, tried)
    best = shorter(best, tried)
    if (left <= 0 || JSON.stringify(best) === before) return best
  }
}

/** Leaves out ever smaller runs of a list as long as the rest still fails. */
export function without<T>(
  list: readonly T[],
  fails: (rest: readonly T[]) => boolean,
): readonly T[] {
  let best = list
  for (let size = Math.ceil(list.length / 2); size >= 1; size = size === 1 ? 0 : size >> 1) {
    for (let from = 0; from < best.length;) {
      const rest = [...best.slice(0, from), ...best.slice(from + size)]
      if (fails(rest)) best = rest
      else from += size
    }
  }
  return best
}

function fewerSteps(scenario: Scenario, fails: Fails): Scenario {
  const steps = without(scenario.steps, (rest) => fails({ ...scenario, steps: rest }))
  return { ...scenario, steps }
}

function fewerNodes(scenario: Scenario, fails: Fails): Scenario {
  const names = scenario.nodes.map(({ name }) => name)
  const kept = without(names, (rest) => rest.length > 0 && fails(among(scenario, rest)))
  return among(scenario, kept)
}

/** The scenario among some of its nodes. */
function among(scenario: Scenario, names: readonly string[]): Scenario {
  const nodes = scenario.nodes.filter(({ name }) => names.includes(name))
  const steps = scenario.steps.flatMap(({ at, fault }): Step[] => {
    const rest = struck(fault, names)
    return rest === undefined ? [] : [{ at, fault: rest }]
  })
  return { ...scenario, nodes, steps }
}

/** The fault among some nodes; undefined when it strikes none of them. */
function struck(fault: Fault, names: readonly string[]): Fault | undefined {
  const keep = (list: readonly string[]): string[] => list.filter((name) => names.includes(name))
  if ('sides' in fault) return { ...fault, sides: fault.sides.map(keep) }
  if ('from' in fault) {
    const [from, to] = [keep(fault.from), keep(fault.to)]
    return from.length * to.length === 0 ? undefined : { ...fault, from, to }
  }
  if ('nodes' in fault) {
    const nodes = keep(fault.nodes)
    return nodes.length === 0 ? undefined : { ...fault, nodes }
  }
  if ('by' in fault) return keep([fault.node, fault.by]).length < 2 ? undefined : fault
  if ('node' in fault) return keep([fault.node]).length === 0 ? undefined : fault
  return fault
}

/** Fewer nodes in each step that strikes several. */
function fewerVictims(scenario: Scenario, fails: Fails): Scenario {
  let best = scenario
  for (let index = 0; index < best.steps.length; index++) {
    const fault = best.steps[index]?.fault
    if (fault === undefined || !('nodes' in fault) || fault.nodes.length < 2) continue
    const using = (nodes: readonly string[]): Scenario => replaced(best, index, { ...fault, nodes })
    const nodes = without(fault.nodes, (rest) => rest.length > 0 && fails(using(rest)))
    best = using(nodes)
  }
  return best
}

/** Settings and links as they are by default, one after the other. */
function plainer(scenario: Scenario, fails: Fails): Scenario {
  const { profile, ...changes } = scenario.settings
  const entries = without(Object.entries(changes), (rest) =>
    fails({ ...scenario, settings: { profile, ...Object.fromEntries(rest) } }),
  )
  const settled = { ...scenario, settings: { profile, ...Object.fromEntries(entries) } }
  const links = without(settled.links, (rest) => fails({ ...settled, links: rest }))
  return { ...settled, links }
}

/** Shorter spans, and no more trouble than they need. */
function shorter(scenario: Scenario, fails: Fails): Scenario {
  let best = scenario
  for (let index = 0; index < best.steps.length; index++) {
    for (let span = spanAt(best, index); span >= 200;) {
      span = Math.round(span / 2)
      const fault = best.steps[index]?.fault
      if (fault === undefined || !('span' in fault)) break
      const candidate = replaced(best, index, { ...fault, span })
      if (!fails(candidate)) break
      best = candidate
    }
  }
  const last = best.steps.reduce((end, { at }) => Math.max(end, at), 0)
  const brief = { ...best, trouble: Math.ceil(last / 1000) * 1000 + 1000 }
  return endOfTrouble(brief) < endOfTrouble(best) && fails(brief) ? brief : best
}

function spanAt({ steps }: Scenario, index: number): Millis {
  const fault = steps[index]?.fault
  return fault !== undefined && 'span' in fault ? fault.span : 0
}

function replaced(scenario: Scenario, index: number, fault: Fault): Scenario {
  const steps = scenario.steps.map((step, i) => (i === index ? { at: step.at, fault } : step))
  return { ...scenario, steps }
}
