import { z } from 'zod'

/** A choice is one object {code: '中文'}; schema, select, Excel cell and label all read it. */
export type Choice = Readonly<Record<string, string>>
export type CodeOf<C extends Choice> = Extract<keyof C, string>

const named = (labels: string) => (labels.length > 50 ? '请从列表中选择一项' : `请选择：${labels}`)

/** The zod enum of a choice's codes; the sentence names them all, unless they are too long to be named. */
export const codes = <C extends Choice>(choice: C, error = named(Object.values(choice).join('、'))) =>
  z.enum(Object.keys(choice) as [CodeOf<C>, ...CodeOf<C>[]], { error })

export const options = <C extends Choice>(choice: C) =>
  Object.entries(choice).map(([value, label]) => ({ value: value as CodeOf<C>, label }))

/** The code whose label is this text, for reading Excel cells. */
export const codeOfLabel = <C extends Choice>(choice: C, label: string): CodeOf<C> | undefined =>
  (Object.keys(choice) as CodeOf<C>[]).find((k) => choice[k] === label.trim())
