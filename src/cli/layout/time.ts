/** Times as people read them: the clock of this machine, and how long ago it was. */

/** `08:33:12.123`, local time. */
export function clockTime(epochMillis: number): string {
  const date = new Date(epochMillis)
  const two = (value: number): string => String(value).padStart(2, '0')
  const millis = String(date.getMilliseconds()).padStart(3, '0')
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${millis}`
}

/** `2026-03-01 08:33:12.123`, local time. */
export function dayAndTime(epochMillis: number): string {
  const date = new Date(epochMillis)
  const two = (value: number): string => String(value).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day} ${clockTime(epochMillis)}`
}

/** `0.42 s`, `12.3 s`, `4 min 10 s`, `3 h 5 min`, `2 d 4 h`. */
export function duration(millis: number): string {
  const seconds = Math.max(0, millis) / 1000
  if (seconds < 10) return `${seconds.toFixed(2)} s`
  if (seconds < 60) return `${seconds.toFixed(1)} s`
  const whole = Math.floor(seconds)
  if (whole < 3600) return twoUnits(whole, 60, 'min', 1, 's')
  if (whole < 86400) return twoUnits(whole, 3600, 'h', 60, 'min')
  return twoUnits(whole, 86400, 'd', 3600, 'h')
}

/** `3.10 s ago`; `now` within a hundredth of a second, and for a clock that runs behind. */
export function ago(epochMillis: number, now: number): string {
  return now - epochMillis < 10 ? 'now' : `${duration(now - epochMillis)} ago`
}

function twoUnits(
  seconds: number,
  large: number,
  largeName: string,
  small: number,
  smallName: string,
): string {
  const rest = Math.floor((seconds % large) / small)
  return `${Math.floor(seconds / large)} ${largeName}${rest === 0 ? '' : ` ${rest} ${smallName}`}`
}
