import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeRows } from '../src/kit/server/excel.write.ts'
import { smallTown } from '../src/people/fixture.ts'
import { createTown } from '../src/people/setup.store.ts'
import { type OpenedDatabase, openWorld } from '../src/world.ts'
import { command } from './child.ts'
import type { Bench } from './table.ts'

const surnames = [...'王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕']
const given = [...'才桂志素梅玉芳福华强珍龙英兰永胜广德军学文淑丽霞金春海凤明秀国红伟静磊洋勇艳杰娟']
const asked = [
  '地块承包费没有按合同兑现，要求村委会说明依据并补发',
  '户门前排水沟堵塞，雨天倒灌，要求疏通',
  '号宅基地与邻居界址不清，要求丈量确认',
  '笔征地青苗补偿与公示不一致，要求复核',
  '名工人的工资被拖欠，要求督促支付',
  '盏路灯损坏半年无人维修，夜间出行不便',
]

/** A ledger of `n` rows as an office would keep it, written as it is made. */
export const bigLedger = (n: number): Promise<Uint8Array> =>
  writeRows(
    [
      '序号',
      '管区',
      '村',
      '信访人',
      '联系电话',
      '信访形式',
      '问题类别',
      '主要诉求',
      '登记时间',
      '级别',
      '是否重点',
      '包案领导',
      '责任人',
      '办理情况',
    ].map((title) => ({ title, type: title === '登记时间' ? ('date' as const) : ('text' as const) })),
    (function* () {
      for (let i = 0; i < n; i += 1) {
        const name = `${surnames[i % 40]}${given[Math.floor(i / 40) % 40]}${given[(Math.floor(i / 1600) + i) % 40]}`
        const village = ['东庄村', '南庄村', '西庄村'][i % 3]!
        yield [
          i + 1,
          village === '西庄村' ? '西部管区' : '东部管区',
          village,
          name,
          `1${['50', '77', '59', '86', '38'][i % 5]}0${String((i * 7919) % 10_000_000).padStart(7, '0')}`,
          ['来访', '来信', '12345热线', '网上'][i % 4]!,
          ['土地承包', '征地补偿', '宅基地', '邻里纠纷', '欠薪'][i % 5]!,
          `反映第${i}${asked[i % 6]}`,
          `2025-${String(1 + (i % 12)).padStart(2, '0')}-${String(1 + (i % 28)).padStart(2, '0')}`,
          ['红', '黄', '蓝', '蓝'][i % 4]!,
          i % 7 ? '一般' : '重点',
          '李书记',
          `${surnames[(i * 3) % 40]}${given[(i * 5) % 40]}`,
          i % 2 ? '已化解' : '正在办理',
        ].map((value) => ({ value }))
      }
    })(),
    { sheet: '台账', title: '某镇2025年信访台账' },
  )

/** What an import fills, in the order of what refers to what. */
const filled = [
  'import',
  'petition',
  'petition_party',
  'petition_clock',
  'petition_claim',
  'petition_record',
  'petition_link',
  'petition_count',
  'trace',
  'import_row',
  'petition_search',
  'search_queue',
]

/**
 * Seconds that the engine alone needs to write the same rows into the same tables, empty again, with their indexes and
 * keys, table by table from copies within the database: no driver, no process but its own. Rolled back.
 */
const engineAlone = async (pool: OpenedDatabase['ownerPool']): Promise<number> => {
  const c = await pool.connect()
  try {
    await c.query('begin')
    for (const t of filled) {
      await c.query(`create temp table kept_${t} on commit drop as table ${t}`)
      await c.query(`alter table ${t} disable trigger user`)
    }
    await c.query(`truncate ${filled.join(', ')} cascade`)
    const began = performance.now()
    for (const t of filled) await c.query(`insert into ${t} select * from kept_${t}`)
    return (performance.now() - began) / 1000
  } finally {
    await c.query('rollback')
    c.release()
  }
}

/** `huisheng import ledger` of a large file into an empty town, as a process of its own: from its start to its end. */
export const run: Bench = async ({ matters }) => {
  const dir = mkdtempSync(join(tmpdir(), 'huisheng-import-'))
  try {
    const env = { ...process.env, HUISHENG_DATA: join(dir, 'data'), DATABASE_URL: '' }
    const o = await openWorld({ env })
    await o.world.db
      .transaction()
      .execute((tx) => createTown(tx, smallTown(), { now: o.world.clock.now(), today: o.world.clock.today() }))
    await o.close()
    const file = join(dir, 'big.xlsx')
    writeFileSync(file, await bigLedger(matters))
    const dry = await command(['import', 'ledger', file, '--dry-run', '--json'], env)
    const done = await command(['import', 'ledger', file, '--json'], env)
    const report = JSON.parse(done.out) as { registered: number; rows: number; linked: number }
    if (report.registered !== matters) throw new Error(`应登记 ${matters} 件，登记了 ${report.registered} 件`)
    const after = await openWorld({ env })
    const found = await after.world.ownerPool.query<{ n: number }>(
      'select ((select count(*) from petition_search) + (select count(*) from search_queue))::int as n',
    )
    if (found.rows[0]!.n !== matters) throw new Error(`应查得到 ${matters} 件，只有 ${found.rows[0]!.n} 件`)
    const engine = await engineAlone(after.world.ownerPool)
    await after.close()
    return [
      {
        what: `导入 ${matters} 行`,
        value: matters / done.seconds,
        unit: '行/秒',
        line: { at: 3000, is: 'least' },
        note: `登记 ${report.registered} 件，用时 ${done.seconds.toFixed(1)} 秒，含启动数据库`,
      },
      {
        what: '同样的行由数据库自己写一遍',
        value: matters / engine,
        unit: '行/秒',
        note: `同样的表、索引和外键，不经驱动；二者之比 ${((100 * engine) / done.seconds).toFixed(0)} %`,
      },
      { what: '导入的内存峰值', value: done.peak, unit: 'MB', line: { at: 300, is: 'most' }, note: '进程常驻内存' },
      {
        what: '试读',
        value: matters / dry.seconds,
        unit: '行/秒',
        note: `--dry-run，用时 ${dry.seconds.toFixed(1)} 秒`,
      },
      { what: '试读的内存峰值', value: dry.peak, unit: 'MB', line: { at: 300, is: 'most' } },
    ]
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}
