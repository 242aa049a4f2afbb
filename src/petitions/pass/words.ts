/** Why a matter is passed up; also read by the phone face, which carries no schemas. */
export const upReasons = {
  cannot: '本级解决不了',
  beyond: '超出本级职权',
  settled: '已经就地解决，报请核实办结',
  urgent: '情况紧急',
} as const
