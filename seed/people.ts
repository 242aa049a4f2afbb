import { gridName, type NewPerson } from '../src/people/setup.store.ts'
import { areas, demoPassword, gridsOf, personName, phoneOf, posts, units, villages } from './town.ts'

/** The people of the township, from posts and places. */
export const peopleOf = (): NewPerson[] => {
  let n = 0
  const list: NewPerson[] = posts.map((p) => ({
    ...p,
    role: p.role as never,
    name: personName(n++),
    password: demoPassword,
    mustChange: false,
    phone: phoneOf(n),
  }))
  for (const [i, unit] of units.slice(1).entries()) {
    list.push({
      username: `zs${i + 1}`,
      post: `${unit}负责人`,
      role: 'unitHandler',
      unit,
      heads: true,
      rank: 12,
      name: personName(n++),
      password: demoPassword,
      mustChange: false,
      phone: phoneOf(n),
    })
    list.push({
      username: `jb${i + 1}`,
      post: `${unit}经办人`,
      role: 'unitHandler',
      unit,
      rank: 22,
      name: personName(n++),
      password: demoPassword,
      mustChange: false,
      phone: phoneOf(n),
    })
  }
  for (const [i, area] of areas.entries())
    list.push({
      username: `gq${i + 1}`,
      post: `${area}书记`,
      role: 'areaSecretary',
      area,
      rank: 11,
      name: personName(n++),
      password: demoPassword,
      mustChange: false,
      phone: phoneOf(n),
    })
  let v = 0
  let g = 0
  for (const area of areas)
    for (const village of villages[area]!) {
      list.push({
        username: `cun${v + 1}`,
        post: `${village}信访信息员`,
        role: 'villageOfficer',
        village,
        rank: 40,
        name: personName(n++),
        password: demoPassword,
        mustChange: false,
        phone: phoneOf(n),
      })
      for (let k = 1; k <= gridsOf(v); k += 1)
        list.push({
          username: `wg${++g}`,
          post: `${village}${gridName(k)}网格员`,
          role: 'gridWorker',
          village,
          grid: gridName(k),
          rank: 50,
          name: personName(n++),
          password: demoPassword,
          mustChange: false,
          phone: phoneOf(n),
        })
      v += 1
    }
  return list
}

/** Demo accounts for the sign-in page, one or two a role. */
export const demoAccounts = (): { username: string; password: string; post: string; role: string }[] => {
  const seen = new Map<string, number>()
  return peopleOf()
    .filter((p) => {
      const k = seen.get(p.role) ?? 0
      seen.set(p.role, k + 1)
      return k < (['leadOfficial', 'unitHandler', 'townLeader'].includes(p.role) ? 4 : 2)
    })
    .map((p) => ({ username: p.username, password: demoPassword, post: p.post ?? '', role: p.role }))
}
