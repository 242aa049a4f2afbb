import { normalise } from '../../kit/chinese.ts'

/** Weights learnt from labelled messages: one row a feature, one number a class. */
export interface CategoryModel {
  classes: { code: string; name: string }[]
  /** feature → [idf, weight per class]. */
  features: Record<string, number[]>
  bias: number[]
  /** The title counts this many times. */
  titleTimes: number
}

export interface CategorySuggestion {
  code: string
  name: string
  /** 0–1. */
  confidence: number
  /** Words of the text that led to it, strongest first. */
  words: string[]
}

/** Runs of Chinese characters, cut to two, three and four; letters and numbers say little of the subject. */
export const featuresOf = (text: string): Map<string, number> => {
  const out = new Map<string, number>()
  for (const run of normalise(text).split(/[^\p{Script=Han}]+/u)) {
    const p = [...run]
    for (const n of [2, 3, 4])
      for (let i = 0; i + n <= p.length; i += 1) {
        const g = p.slice(i, i + n).join('')
        out.set(g, (out.get(g) ?? 0) + 1)
      }
  }
  return out
}

/** log-scaled counts × idf, to length 1. Only what the model knows. */
const vectorOf = (text: string, idf: (f: string) => number | undefined): [string, number][] => {
  const v: [string, number][] = []
  let norm = 0
  for (const [f, n] of featuresOf(text)) {
    const w = idf(f)
    if (w === undefined) continue
    const x = (1 + Math.log(n)) * w
    v.push([f, x])
    norm += x * x
  }
  const length = Math.sqrt(norm) || 1
  return v.map(([f, x]) => [f, x / length])
}

const softmax = (z: number[]) => {
  const top = Math.max(...z)
  const e = z.map((x) => Math.exp(x - top))
  const sum = e.reduce((a, b) => a + b, 0)
  return e.map((x) => x / sum)
}

const segmenter = new Intl.Segmenter('zh', { granularity: 'word' })
/** What says nothing of the subject by standing at either end. */
const joint = /^[的了着过在是和与及有被把将我你他她其这那]|[的了着过在是和与及被把将]$/

/** Of a text, what a reader takes for a word: its words, and those side by side. */
const readable = (text: string): ((feature: string) => boolean) => {
  const whole = new Set<string>()
  for (const run of normalise(text).split(/[^\p{Script=Han}]+/u)) {
    const parts = Array.from(segmenter.segment(run), (x) => x.segment)
    for (let i = 0; i < parts.length; i += 1)
      for (let k = i, w = ''; k < parts.length && [...w].length < 4; k += 1) {
        w += parts[k]!
        whole.add(w)
      }
  }
  return (f) => whole.has(f) && !joint.test(f)
}

/** Likely first-level categories of a text, most likely first; the clerk chooses. Empty when the text says too little. */
export const suggestCategory = (text: string, model: CategoryModel, most = 3): CategorySuggestion[] => {
  const x = vectorOf(text, (f) => (Object.hasOwn(model.features, f) ? model.features[f]![0] : undefined))
  if (x.length === 0) return []
  const z = model.bias.map((b, k) => b + x.reduce((a, [f, v]) => a + v * model.features[f]![k + 1]!, 0))
  const p = softmax(z)
  const reads = readable(text)
  return p
    .map((confidence, k) => ({ confidence, k }))
    .sort((a, b) => b.confidence - a.confidence)
    .slice(0, most)
    .map(({ confidence, k }) => {
      // A word is shown for what it adds to this class over the average of all.
      const pulls = x
        .map(([f, v]) => {
          const w = model.features[f]!
          const mean = w.slice(1).reduce((a, b) => a + b, 0) / model.bias.length
          return { f, pull: v * (w[k + 1]! - mean) }
        })
        .filter((q) => q.pull > 0)
        .sort((a, b) => b.pull - a.pull)
      const words: string[] = []
      for (const { f } of pulls.some((q) => reads(q.f)) ? pulls.filter((q) => reads(q.f)) : pulls) {
        // 噪声 and 噪声扰 and 声扰 are one word to a reader.
        if (words.some((w) => w.includes(f) || f.includes(w) || [...w].some((c) => f.includes(c)))) continue
        words.push(f)
        if (words.length === 5) break
      }
      return { ...model.classes[k]!, confidence: Math.round(confidence * 1000) / 1000, words }
    })
}

export interface Labelled {
  title: string
  text: string
  label: string
}

const dice = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296
}
const shuffled = <T>(list: readonly T[], random: () => number): T[] => {
  const out = [...list]
  for (let i = out.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1))
    ;[out[i], out[j]] = [out[j]!, out[i]!]
  }
  return out
}

const titleTimes = 3
const joined = (r: Labelled) => `${`${r.title}\n`.repeat(titleTimes)}${r.text}`

/**
 * Learn a model: multinomial logistic regression on tf-idf of character n-grams, by seeded gradient steps; the same input gives the same model.
 * `keep` limits how many features stay (by their largest weight), so that the shipped file is small and rare strings such as names fall out.
 */
export const learn = (rows: readonly Labelled[], codeOf: (label: string) => string, keep = 6000): CategoryModel => {
  const labels = [...new Set(rows.map((r) => r.label))].sort()
  const docs = rows.map((r) => featuresOf(joined(r)))
  const df = new Map<string, number>()
  for (const d of docs) for (const f of d.keys()) df.set(f, (df.get(f) ?? 0) + 1)
  const n = rows.length
  const minDf = 3
  const idf = new Map(
    [...df].filter(([, k]) => k >= minDf && k <= n * 0.5).map(([f, k]) => [f, Math.log((n + 1) / (k + 1)) + 1]),
  )
  const index = new Map([...idf.keys()].map((f, i) => [f, i]))
  const x = rows.map((r) => vectorOf(joined(r), (f) => idf.get(f)).map(([f, v]) => [index.get(f)!, v] as const))
  const y = rows.map((r) => labels.indexOf(r.label))
  const K = labels.length
  const counts = labels.map((_, k) => y.filter((q) => q === k).length)
  const w = Array.from({ length: K }, () => new Float64Array(index.size))
  const b = new Float64Array(K)
  const random = dice(7)
  const order = Array.from({ length: n }, (_, i) => i)
  const lambda = 2e-5
  for (let epoch = 0; epoch < 60; epoch += 1) {
    const rate = 6 / (1 + epoch * 0.15)
    for (const i of shuffled(order, random)) {
      const p = softmax(w.map((wk, k) => b[k]! + x[i]!.reduce((a, [f, v]) => a + wk[f]! * v, 0)))
      // Small classes weigh as much as large ones.
      const weight = n / (K * counts[y[i]!]!)
      for (let k = 0; k < K; k += 1) {
        const g = weight * (p[k]! - (k === y[i] ? 1 : 0))
        const wk = w[k]!
        for (const [f, v] of x[i]!) wk[f] = wk[f]! - rate * (g * v + lambda * wk[f]!) * 0.1
        b[k] = b[k]! - rate * g * 0.01
      }
    }
  }
  const round = (v: number) => Math.round(v * 1000) / 1000
  const strongest = [...index]
    .map(([f, i]) => ({ f, i, size: Math.max(...w.map((wk) => Math.abs(wk[i]!))) }))
    .sort((p, q) => q.size - p.size || (p.f < q.f ? -1 : 1))
    .slice(0, keep)
  return {
    classes: labels.map((name) => ({ code: codeOf(name), name })),
    features: Object.fromEntries(
      strongest.map(({ f, i }) => [f, [round(idf.get(f)!), ...w.map((wk) => round(wk[i]!))]]),
    ),
    bias: [...b].map(round),
    titleTimes,
  }
}

export const textFor = (r: Pick<Labelled, 'title' | 'text'>): string => `${`${r.title}\n`.repeat(titleTimes)}${r.text}`

export interface CrossValidation {
  macroF1: number
  accuracy: number
  perClass: { name: string; precision: number; recall: number; f1: number; n: number }[]
}

/** Stratified k-fold cross-validation; every model is learnt without its own fold, features and all. */
export const crossValidate = (rows: readonly Labelled[], folds = 5, seed = 1): CrossValidation => {
  const labels = [...new Set(rows.map((r) => r.label))].sort()
  const random = dice(seed)
  const foldOf = new Map<Labelled, number>()
  for (const label of labels)
    shuffled(
      rows.filter((r) => r.label === label),
      random,
    ).forEach((r, i) => {
      foldOf.set(r, i % folds)
    })
  const said: { truth: string; guess: string }[] = []
  for (let k = 0; k < folds; k += 1) {
    const model = learn(
      rows.filter((r) => foldOf.get(r) !== k),
      (l) => l,
    )
    for (const r of rows.filter((q) => foldOf.get(q) === k))
      said.push({ truth: r.label, guess: suggestCategory(textFor(r), model, 1)[0]?.name ?? '' })
  }
  const perClass = labels.map((name) => {
    const tp = said.filter((s) => s.truth === name && s.guess === name).length
    const guessed = said.filter((s) => s.guess === name).length
    const n = said.filter((s) => s.truth === name).length
    const precision = guessed ? tp / guessed : 0
    const recall = n ? tp / n : 0
    return { name, precision, recall, f1: precision + recall ? (2 * precision * recall) / (precision + recall) : 0, n }
  })
  return {
    macroF1: perClass.reduce((a, c) => a + c.f1, 0) / labels.length,
    accuracy: said.filter((s) => s.truth === s.guess).length / said.length,
    perClass,
  }
}
