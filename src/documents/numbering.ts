/** 宫政信受〔2026〕12号: year in 〔〕, no 第, no zero padding (GB/T 9704-2012). */
export const documentNumber = (short: string, mark: string, year: number, n: number): string =>
  `${short}政信${mark}〔${year}〕${n}号`

/** XF2026-0412: four digits or more. */
export const petitionNumber = (prefix: string, year: number, n: number): string =>
  `${prefix}${year}-${String(n).padStart(4, '0')}`
