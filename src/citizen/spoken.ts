/** Digits and letters one by one, as somebody would dictate them; a bare dash is a short pause. */
const oneByOne = (s: string): string => s.replace(/[-\s]+/g, '，').replace(/[0-9A-Z](?=[0-9A-Z])/g, '$& ')

/** Marks of the page in the words of somebody who reads it aloud: codes and numbers by the digit, dates and hours in full. */
const said: [RegExp, string | ((whole: string, ...groups: string[]) => string)][] = [
  [/〔(\d{4})〕\s*/g, (_, y) => `，${oneByOne(y!)} 年，`],
  // A matter's number, then a query code in one or two groups.
  [/\b[A-Z]{2}\d{4}-\d{3,6}\b/g, oneByOne],
  [/\b(?=[0-9A-Z\s]*\d)(?=[0-9A-Z\s]*[A-Z])[0-9A-Z]{5}\s?[0-9A-Z]{5}\b/g, oneByOne],
  [/(\d{4})-(\d{2})-(\d{2})/g, (_, y, m, d) => `${y}年${Number(m)}月${Number(d)}日`],
  [/(\d{1,2}):(\d{2})/g, (_, h, m) => `${Number(h)}点${m === '00' ? '' : `${Number(m)}分`}`],
  [/(点|分)\s*[—–-]\s*(?=\d)/g, '$1到'],
  [/\b(\d{3,4}-\d{7,8}|1\d{10}|123\d{2})\b/g, oneByOne],
  [/\b(\d{3})\*{4}(\d{4})\b/g, (_, a, b) => `${oneByOne(a!)}，中间隐去，${oneByOne(b!)}`],
  // What is left out of a name or a number is not called an asterisk.
  [/([\u4e00-\u9fff])[*＊]+/g, '$1某'],
  [/[*＊]+/g, ''],
  [/\s*·\s*/g, '，'],
  [/[✓○▾→]/g, ''],
  [/[《》“”]/g, ''],
]

/**
 * What is handed to the voice, sentence by sentence: some phones stop in the middle of a long text.
 * No look-behind in the patterns: older iPhones refuse the whole script for one.
 */
export const spoken = (text: string): string[] =>
  (text.match(/[^。；！？\n]*[。；！？\n]|[^。；！？\n]+/g) ?? [])
    .map((s) =>
      said
        .reduce((t, [mark, words]) => t.replace(mark, words as string), s)
        .replace(/\s+/g, ' ')
        .trim(),
    )
    .filter((s) => /[\p{L}\p{N}]/u.test(s))
