import { chineseDoctor } from './chinese-doctor.ts'
import { chineseHelp } from './chinese-help.ts'

/**
 * What the help and `doctor` say, in Chinese. A key is the English text; `{}` in it stands for any text and `{n}` for a number, and `{0}`,
 * `{1}` name them in the translation. Of several keys that fit, the first one counts.
 */
export const chinese: Readonly<Record<string, string>> = {
  ...chineseHelp,
  ...chineseDoctor,
  // Durations
  'less than a second': '不到一秒',
  '{n} day and {}': '{0} 天 {1}',
  '{n} days and {}': '{0} 天 {1}',
  '{n} hour and {}': '{0} 小时 {1}',
  '{n} hours and {}': '{0} 小时 {1}',
  '{n} minute and {}': '{0} 分 {1}',
  '{n} minutes and {}': '{0} 分 {1}',
  '{n} day': '{0} 天',
  '{n} days': '{0} 天',
  '{n} hour': '{0} 小时',
  '{n} hours': '{0} 小时',
  '{n} minute': '{0} 分钟',
  '{n} minutes': '{0} 分钟',
  '{n} second': '{0} 秒',
  '{n} seconds': '{0} 秒',
}
