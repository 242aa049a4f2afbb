import { expect, test } from 'vitest'
import type { LedgerRow } from '../routes.ts'
import { batches, ownersOf } from './bulk.ts'

const staff = (id: string, name: string, more: object) => ({
  id,
  name,
  roles: [] as never[],
  areaIds: [],
  villageIds: [],
  active: true,
  ...more,
})
const known = {
  areas: [
    { id: 'a1', name: '城东管区' },
    { id: 'a2', name: '城西管区' },
  ],
  villages: [
    { id: 'v1', name: '王庄', areaId: 'a1' },
    { id: 'v2', name: '王庄', areaId: 'a2' },
  ],
  staff: [
    staff('s1', '孙书记', { roles: ['areaSecretary'], areaIds: ['a1'] }),
    staff('s2', '刘某', { roles: ['villageOfficer'], villageIds: ['v1'] }),
    staff('s3', '离任', { roles: ['villageOfficer'], villageIds: ['v2'], active: false }),
    staff('s4', '赵某', { roles: ['villageOfficer'], villageIds: ['v2'] }),
  ],
}
const row = (id: string, area: string, village: string) => ({ id, version: 1, area, village }) as LedgerRow

test('批量交办时，责任人取事项所在的村和管区；同名的村不混，离任的不算', () => {
  expect(ownersOf(row('1', '城东管区', '王庄'), known)).toEqual({
    areaOwnerId: 's1',
    villageOwnerId: 's2',
    names: '管区 孙书记，村 刘某',
  })
  expect(ownersOf(row('2', '城西管区', '王庄'), known)).toMatchObject({ areaOwnerId: null, villageOwnerId: 's4' })
  expect(ownersOf(row('3', '', ''), known)).toEqual({ areaOwnerId: null, villageOwnerId: null, names: '' })
})
test('责任人相同的事项并作一批', () => {
  const rows = [row('1', '城东管区', '王庄'), row('2', '城西管区', '王庄'), row('3', '城东管区', '王庄')]
  expect(batches(rows, (r) => ownersOf(r, known)).map((b) => b.items.map((i) => i.id))).toEqual([['1', '3'], ['2']])
})
