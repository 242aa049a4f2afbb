/** The digits of a number as typed, by any input method: ２０ and ２，０００ are 20 and 2000. */
export const typedNumber = (text: string): string => text.normalize('NFKC').replace(/[^\d.-]/g, '')
