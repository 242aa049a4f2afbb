import { InputNumber, type InputNumberProps } from 'antd'
import { typedNumber } from '../typed-number.ts'

/** A number as people type it: full-width digits of an input method count. */
export function NumberInput(props: InputNumberProps<number>) {
  return <InputNumber<number> {...props} parser={(text) => typedNumber(text ?? '') as unknown as number} />
}
