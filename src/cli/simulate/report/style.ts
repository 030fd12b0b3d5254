/** How the report looks: one column that fits a phone, light and dark. */
import { DARK_PALETTE, PALETTE } from './drawing.js'

export const STYLE = `
  :root { color-scheme: light dark;${PALETTE} }
  @media (prefers-color-scheme: dark) { :root {${DARK_PALETTE} } }
  * { box-sizing: border-box }
  body { margin: 0; background: var(--back); color: var(--text);
    font: 16px/1.55 system-ui, -apple-system, 'Segoe UI', sans-serif }
  main { max-width: 800px; margin: 0 auto; padding: 2.5rem 1.25rem 4rem }
  h1 { font-size: 2.1rem; line-height: 1.15; margin: .1rem 0 .4rem; letter-spacing: -.02em }
  h2 { font-size: 1.15rem; margin: 2.6rem 0 .6rem }
  .kind { margin: 0; color: var(--muted); font-size: .85rem }
  .asks { margin: 0 0 1rem; font-size: 1.1rem; color: var(--muted) }
  .verdict { display: inline-block; margin: 0; padding: .15rem .7rem; border-radius: 1rem;
    font-weight: 600; font-size: .9rem; border: 1px solid currentColor }
  .passed { color: #18794e } .failed { color: #cd2b31 } .part { color: #ad5700 }
  @media (prefers-color-scheme: dark) {
    .passed { color: #4cc38a } .failed { color: #ff6369 } .part { color: #f1a10d }
  }
  .facts { display: flex; flex-wrap: wrap; gap: .8rem 2rem; margin: 1.6rem 0 .8rem }
  dt { color: var(--muted); font-size: .8rem } dd { margin: 0; font-variant-numeric: tabular-nums }
  code { font: .88em ui-monospace, 'DejaVu Sans Mono', Menlo, monospace; overflow-wrap: anywhere }
  .repeat { color: var(--muted); margin: 0 }
  figure { margin: 0 } .plot { overflow-x: auto }
  .plot svg { display: block; width: 100%; min-width: 520px; height: auto }
  figcaption { color: var(--muted); font-size: .9rem; margin-top: .3rem }
  table { border-collapse: collapse; width: 100% }
  table { font-variant-numeric: tabular-nums; font-size: .93rem }
  th { text-align: left; font-weight: 400 } th[scope=col] { color: var(--muted); font-size: .85rem }
  td, th[scope=col] { text-align: right; white-space: nowrap }
  th, td { padding: .32rem .5rem .32rem 0; border-bottom: 1px solid var(--grid) }
  td { padding-left: .8rem }
  th small { display: block; color: var(--muted); font-size: .8rem; min-width: 11rem }
  .wide { overflow-x: auto }
`
