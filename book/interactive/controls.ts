/** Small pieces of a page: labelled sliders, buttons, and a line of text that is read out. */

const SVG = 'http://www.w3.org/2000/svg'

/** The places of a page that ask for this figure; the printed book has all pages in one. */
export function placesFor(figure: string): HTMLElement[] {
  const places = [...document.querySelectorAll<HTMLElement>(`.play[data-figure="${figure}"]`)]
  for (const place of places) place.replaceChildren()
  return places
}

export function drawing(width: number, height: number, label: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('viewBox', `0 0 ${width} ${height}`)
  svg.setAttribute('class', 'figure')
  svg.setAttribute('role', 'img')
  svg.setAttribute('aria-label', label)
  return svg
}

export function shape(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  content = '',
): SVGElement {
  const element = document.createElementNS(SVG, name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value))
  element.textContent = content
  return element
}

export interface Slider {
  readonly element: HTMLElement
  readonly value: number
}

/** @param onChange is called with every step of the hand */
export function slider(
  label: string,
  range: {
    readonly min: number
    readonly max: number
    readonly step: number
    readonly from: number
  },
  unit: string,
  onChange: () => void,
): Slider {
  const element = document.createElement('label')
  const words = document.createElement('span')
  const input = document.createElement('input')
  input.type = 'range'
  input.min = String(range.min)
  input.max = String(range.max)
  input.step = String(range.step)
  input.value = String(range.from)
  const show = (): void => {
    words.textContent = `${label}: ${input.value}${unit}`
    input.setAttribute('aria-valuetext', `${input.value}${unit}`)
  }
  input.addEventListener('input', () => {
    show()
    onChange()
  })
  show()
  element.append(words, input)
  return {
    element,
    get value() {
      return Number(input.value)
    },
  }
}

export function button(label: string, act: () => void): HTMLButtonElement {
  const element = document.createElement('button')
  element.type = 'button'
  element.textContent = label
  element.addEventListener('click', act)
  return element
}

/** @param elements that stand side by side */
export function row(...elements: readonly HTMLElement[]): HTMLElement {
  const element = document.createElement('div')
  element.className = 'controls'
  element.append(...elements)
  return element
}

export interface Said {
  readonly element: HTMLElement
  /** @param aloud for what is read out to those who do not see it */
  say(text: string, aloud?: boolean): void
}

export function said(): Said {
  const element = document.createElement('div')
  const seen = document.createElement('p')
  const heard = document.createElement('p')
  seen.className = 'said'
  seen.setAttribute('aria-hidden', 'true')
  heard.className = 'heard'
  heard.setAttribute('role', 'status')
  element.append(seen, heard)
  return {
    element,
    say(text, aloud = true) {
      seen.textContent = text
      if (aloud) heard.textContent = text
    },
  }
}
