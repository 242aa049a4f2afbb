import { expect, test } from 'vitest'
import { changesOf } from './changes.ts'

const zhou = '01890000-0000-7000-8000-000000000001'

test('改了什么：用中文的名称和词，人名代替编号，机器用的内容不显示', () => {
  expect(changesOf({ from: 'blue', to: 'red', proposed: true }, {})).toEqual([{ name: '变动', value: '蓝色 → 红色' }])
  expect(
    changesOf(
      { from: { mainHandlerId: null, title: '旧' }, to: { mainHandlerId: zhou, title: '新' } },
      { [zhou]: '周某' },
    ),
  ).toEqual([
    { name: '主办人', value: '（空） → 周某' },
    { name: '标题', value: '旧 → 新' },
  ])
  expect(changesOf({ way: 'phone', whom: '本人', heard: true, attachmentId: zhou }, {})).toEqual([
    { name: '方式', value: '电话' },
    { name: '对象', value: '本人' },
  ])
  for (const data of [null, undefined, 'x', [], { attachmentId: zhou }]) expect(changesOf(data, {})).toEqual([])
})
