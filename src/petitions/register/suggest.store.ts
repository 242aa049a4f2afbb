import { readFile } from 'node:fs/promises'
import { type CategoryModel, suggestCategory } from './suggest.ts'

let model: Promise<CategoryModel> | null = null

/** The learnt model is read once; it ships with the product and can be learnt again. */
export const suggestNow = async (text: string) => {
  model ??= readFile(new URL('../../../db/reference/category-model.json', import.meta.url), 'utf8').then(
    (t) => JSON.parse(t) as CategoryModel,
  )
  return suggestCategory(text, await model)
}
