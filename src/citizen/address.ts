/** Where a printed code leads: the question of number and code, with the number filled in; never the query code itself. */
export const queryPath = (number: string, town: string | null): string =>
  `/c/query?${town ? `t=${town}&` : ''}n=${encodeURIComponent(number)}`

/** Where whoever gave no code, or gave it too long ago, is asked for it. */
export const anew = '/c/query?again=1'
