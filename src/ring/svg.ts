/**
 * SVG elements as text: attributes in the order given, numbers in six decimals, content escaped.
 */

export type Attributes = Readonly<Record<string, string | number>>

/** An element with other elements, already text, inside. */
export function element(
  name: string,
  attributes: Attributes,
  inside: readonly string[] = [],
): string {
  const given = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? fixed(value) : escape(value)}"`)
    .join('')
  return inside.length === 0
    ? `<${name}${given}/>`
    : `<${name}${given}>${inside.join('')}</${name}>`
}

export function text(x: number, y: number, content: string, more: Attributes = {}): string {
  return element('text', { x, y, ...more }, [escape(content)])
}

export function box(x: number, y: number, width: number, height: number, more: Attributes): string {
  return element('rect', { x, y, width, height, rx: 2, ...more })
}

/** What a reader is told when the pointer rests on an element. */
export function title(content: string): string {
  return element('title', {}, [escape(content)])
}

export function escape(content: string): string {
  return content
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

/** Six decimals, without trailing zeros: the same bytes for the same plan. */
function fixed(value: number): string {
  return String(Number(value.toFixed(6)))
}

/** `12.3 %` of a share in 0..1, and more digits when it is small. */
export function percent(share: number): string {
  const value = share * 100
  return `${value.toFixed(value > 0 && value < 1 ? 2 : 1)} %`
}
