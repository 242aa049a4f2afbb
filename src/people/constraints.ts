import { Invalid } from '../kit/errors.ts'

/** A unique name or code met twice, or a reference to nothing, as a sentence. */
const sentences: Record<string, [field: string, sentence: string]> = {
  area_town_id_name_key: ['name', '已有同名的管区'],
  area_town_id_code_key: ['code', '此代码已有管区使用'],
  village_town_id_name_key: ['name', '已有同名的村，请加以区分'],
  village_town_id_code_key: ['code', '此代码已有村使用'],
  grid_town_id_code_key: ['code', '此代码已有网格使用'],
  unit_town_id_name_key: ['name', '已有同名的站所办'],
  unit_town_id_code_key: ['code', '此代码已有站所办使用'],
  account_town_id_username_key: ['username', '此账号已有人使用，请换一个'],
  town_code_key: ['town.code', '此区划代码已有乡镇使用'],
  village_town_id_area_id_fkey: ['areaId', '没有这个管区'],
  grid_town_id_village_id_fkey: ['villageId', '没有这个村'],
  post_town_id_area_id_fkey: ['areaId', '没有这个管区'],
  post_town_id_village_id_fkey: ['villageId', '没有这个村'],
  post_town_id_grid_id_fkey: ['gridId', '没有这个网格'],
  post_town_id_unit_id_fkey: ['unitId', '没有这个站所办'],
}

/** Turn a constraint the database holds into the sentence the person needs; anything else passes on. */
export const inWords = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work
  } catch (error) {
    const known = sentences[(error as { constraint?: string })?.constraint ?? '']
    if (known) throw new Invalid(known[1], { [known[0]]: known[1] })
    throw error
  }
}
