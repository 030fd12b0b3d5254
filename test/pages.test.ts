/**
 * The built book in a real browser, at the width of a phone and in the dark: nothing for axe to find,
 * nothing wider than the screen, and figures that do what they say. Where there is no Chromium or no
 * mdBook, this is skipped, and says so.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import { bundleFigures } from '../scripts/interactive.mjs'
import { onPath, present } from '../scripts/mdbook.mjs'
import { known } from '../src/base/assert.js'

const path = process.env['PATH'] ?? ''
const browserPath = ['chromium', 'chromium-browser', 'google-chrome']
  .map((name) => onPath(name, path))
  .find((found) => found !== null)
const mdbook = present(process.env)
const missing = browserPath === undefined ? 'Chromium' : mdbook === null ? 'mdBook' : undefined

const PAGES = [
  'introduction.html',
  '03-epidemics.html',
  '04-suspecting-the-dead.html',
  '10-the-map.html',
  'appendix/settings.html',
]
const LOOKS = [
  { look: 'on a phone', width: 390, height: 844, theme: 'light' },
  { look: 'in the dark', width: 1200, height: 900, theme: 'navy' },
] as const

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
}

const axe = readFileSync('node_modules/axe-core/axe.min.js', 'utf8')

const here = missing === undefined ? describe : describe.skip
here(`the pages of the book${missing === undefined ? '' : `: ${missing} is missing`}`, () => {
  let folder = ''
  let server: Server
  let browser: Browser
  let home = ''

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'murmur-book-'))
    await bundleFigures()
    const built = spawnSync(known(mdbook, 'mdbook'), ['build', 'book', '--dest-dir', folder])
    if (built.status !== 0) throw new Error(built.stderr.toString())
    server = await serve(folder)
    const address = server.address()
    home = `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`
    const executablePath = known(browserPath, 'a browser')
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  }, 120_000)

  afterAll(async () => {
    await browser.close()
    server.close()
    rmSync(folder, { recursive: true })
  })

  describe.each(LOOKS)('$look', ({ width, height, theme }) => {
    test.each(PAGES)(
      '%s is clean and fits',
      async (name) => {
        const page = await browser.newPage({ viewport: { width, height } })
        const errors: string[] = []
        page.on('pageerror', (error) => errors.push(error.message))
        await page.addInitScript(`localStorage.setItem('mdbook-theme', '${theme}')`)
        await page.goto(`${home}/${name}`)
        expect(await violations(page)).toEqual([])
        const beyond = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
        expect(beyond).toBe(0)
        expect(errors).toEqual([])
        await page.close()
      },
      60_000,
    )
  })

  test('an infection that is started reaches all', async () => {
    const page = await browser.newPage()
    await page.goto(`${home}/03-epidemics.html`)
    await page.getByRole('button', { name: 'Kill a third' }).click()
    await page.getByRole('button', { name: 'Start an infection' }).click()
    await page.getByText('40 of 40 know').first().waitFor()
    await page.close()
  }, 60_000)

  test('the phi curve follows its sliders', async () => {
    const page = await browser.newPage()
    await page.goto(`${home}/04-suspecting-the-dead.html`)
    await page.getByText('1 false alarm; the death is noticed after').first().waitFor()
    await page.getByLabel('Silence allowed').fill('4000')
    await page.getByText('No false alarm').first().waitFor()
    await page.close()
  }, 60_000)
})

/** What axe finds, each as its rule and the first place. */
async function violations(page: Page): Promise<unknown> {
  await page.evaluate(axe)
  return page.evaluate(`axe.run().then(({ violations }) =>
    violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 120)).join(' | ')))`)
}

function serve(folder: string): Promise<Server> {
  const server = createServer(({ url = '/' }, response) => {
    try {
      const file = join(folder, decodeURIComponent(url.split('?')[0] ?? ''))
      const body = readFileSync(file)
      response
        .setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream')
        .end(body)
    } catch {
      response.writeHead(404).end()
    }
  })
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
}
