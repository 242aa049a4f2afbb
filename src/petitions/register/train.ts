import { type CategoryModel, type CrossValidation, crossValidate, type Labelled, learn } from './suggest.ts'

export interface Training extends CrossValidation {
  rows: number
  folds: number
  model: CategoryModel
}

/**
 * Learn the categories of labelled messages and say how good that is, honestly: every message is judged by a model
 * that has not seen it. `codeOf` gives the code of a label in the category table; a label that is not in it is refused
 * by the caller. Pure and seeded: the same messages give the same model and the same figures.
 */
export const train = (rows: readonly Labelled[], codeOf: (label: string) => string, folds = 5): Training => ({
  ...crossValidate(rows, folds),
  rows: rows.length,
  folds,
  model: learn(rows, codeOf),
})
