import type { HttpDateFormat } from './fault.ts'

const dayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

/** Spells a date in one of the three ways of HTTP. */
export function httpDate(date: Date, format: HttpDateFormat): string {
  const fixdate = date.toUTCString()
  if (format === 'imf-fixdate') return fixdate
  const [, day = '', month = '', year = '', time = ''] = fixdate.split(' ')
  if (format === 'rfc850')
    return `${dayNames[date.getUTCDay()]}, ${day}-${month}-${year.slice(-2)} ${time} GMT`
  return `${fixdate.slice(0, 3)} ${month} ${String(date.getUTCDate()).padStart(2)} ${time} ${year}`
}
