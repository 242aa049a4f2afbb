import { type Role, roles } from './roles.ts'
import type { NewPerson, TownInput } from './setup.store.ts'

/** The password of everybody in the small town of the tests. */
export const password = 'Huisheng2026'

/** Two areas, three villages, two units, one person of every role whose username is the role, and a second of some. */
export const smallTown = (more: NewPerson[] = [], code = '370900001'): TownInput => ({
  town: { code, name: '试验镇', shortName: '试', superiorName: '某县人民政府', isFiction: true },
  areas: [{ name: '东部管区' }, { name: '西部管区' }],
  villages: [
    { name: '东庄村', area: '东部管区', grids: 2 },
    { name: '南庄村', area: '东部管区', grids: 1 },
    { name: '西庄村', area: '西部管区', grids: 1 },
  ],
  units: [{ name: '自然资源所' }, { name: '民政办' }],
  accounts: [
    ...(Object.keys(roles) as Role[]).map((role) => ({
      username: role,
      name: `${roles[role].slice(0, 3)}甲`,
      role,
      password,
      mustChange: false,
      ...(role === 'areaSecretary' ? { area: '东部管区' } : {}),
      ...(role === 'villageOfficer' || role === 'gridWorker' ? { village: '东庄村' } : {}),
      ...(role === 'unitHandler' ? { unit: '自然资源所', heads: true } : {}),
    })),
    { username: 'unitHandler2', name: '经办乙', role: 'unitHandler', unit: '自然资源所', password, mustChange: false },
    { username: 'leadOfficial2', name: '副镇乙', role: 'leadOfficial', password, mustChange: false },
    ...more,
  ],
})
