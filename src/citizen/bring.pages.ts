import { type Day, formal, withWeekday } from '../kit/day.ts'
import { type Html, html } from '../kit/html.ts'
import { check, type Fields, type Frame, field, filesField, problem, radio, raw, to, voiceField } from './page.ts'

export interface Village {
  id: string
  name: string
}

/** 人民建议: a suggestion is a matter of its own kind, with a number, an owner and a day to be answered by. */
export const suggestPage = (
  f: Frame,
  given: { seal: Html; values: Fields; wrong: Fields; sentence: string | null },
): Html => {
  const { values: v, wrong } = given
  return html`
<h1>人民建议</h1>
<p>对镇里、村里的工作有什么建议，请写在这里。每一条都登记、有人负责、书面回复；采纳的会告诉您做了什么。</p>
${problem(given.sentence)}
<form method="post" action="${to(f, '/c/new')}" enctype="multipart/form-data" data-draft="suggest">
${given.seal}<input type="hidden" name="kind" value="suggestion"><input type="hidden" name="page" value="suggest">
${field('request', '您的建议', v, wrong, { area: true, rows: 6, max: 20000, help: '想改进什么、怎么改' })}
${field('name', '您的姓名', v, wrong, { max: 60, help: '不愿留名的，在下面勾选“匿名”' })}
${field('phone', '手机号（可以不填）', v, wrong, { type: 'tel', max: 40 })}
${check('anonymous', '匿名', v)}
${check('publish', '同意隐去个人信息以后，公开这条建议和回复', v, '不勾选的只回复给您本人；同意以后也可以随时收回')}
<button class="go" type="submit">提交建议</button></form>
<p><a href="${to(f, '/c/answers', 'kind=suggestion')}">看看已经回复的建议</a></p>`
}

export const newPage = (
  f: Frame,
  given: {
    /** Hidden fields of this reader's form, with what was answered before it. */
    seal: Html
    values: Fields
    wrong: Fields
    sentence: string | null
    villages: Village[]
    /** Whether the office can send short messages. */
    sms: boolean
  },
): Html => {
  const { values: v, wrong } = given
  return html`
<h1>我要反映</h1>
${problem(given.sentence)}
<form method="post" action="${to(f, '/c/new')}" enctype="multipart/form-data" data-draft="new" data-steps>
${given.seal}
<fieldset><legend>第一步　是什么事</legend>
<div role="radiogroup" aria-label="哪一类">
${radio('kind', 'claim', '遇到困难、有诉求，要求解决', v, 'claim')}
${radio('kind', 'suggestion', '对工作提建议', v, 'claim')}
${radio('kind', 'accusation', '检举公职人员违纪违法（只有纪检人员能看到）', v, 'claim')}
</div>
${field('request', '您要求解决什么', v, wrong, { area: true, rows: 4, max: 20000, help: '一两句话就行，例如：要求把门口的路灯修好' })}
${field('facts', '事情的经过和理由（可以不填）', v, wrong, { area: true, rows: 6, max: 50000 })}
${voiceField('voice', '不方便写字，可以录一段话')}
</fieldset>
<fieldset><legend>第二步　在哪里、有什么材料</legend>
<label for="villageId">哪个村（可以不选）</label>
<select id="villageId" name="villageId"><option value="">不选</option>${given.villages.map((x) => html`<option value="${x.id}"${raw(v.villageId === x.id ? ' selected' : '')}>${x.name}</option>`)}</select>
${field('place', '具体地点（可以不填）', v, wrong, { max: 200 })}
${filesField('files', '照片、文件或者录好的录音，可以不传', wrong, '照片里的拍摄地点等信息会自动去掉。')}
</fieldset>
<fieldset><legend>第三步　怎样回复您</legend>
${field('name', '您的姓名', v, wrong, { max: 60, help: '不愿留名的，在下面勾选“匿名”' })}
${field('phone', '手机号（可以不填）', v, wrong, { type: 'tel', max: 40, help: '留了才能打电话告诉您结果' })}
${given.sms && check('messages', '我们超期的时候，发短信告诉我', v, '只写编号和怎么查，不写事情；随时可以不要')}
${check('anonymous', '匿名', v, '匿名也会登记办理，凭编号和查询码看结果；不记录您的网络地址')}
${check('confidential', '请为我保密', v, '内容当即密封，只有纪检联络员看得到，由他转送有权处理的机关')}
${check('eService', '同意用这个网页向我送达文书', v, '不勾选的，当面或邮寄送达')}
<details${raw(['forWhom', 'headCount', 'representatives'].some((k) => v[k] || wrong[k]) ? ' open' : '')}><summary>替别人反映，或者几个人一起反映</summary>
${field('forWhom', '替谁反映（写对方姓名）', v, wrong, { max: 60, help: '代人反映的，承办人会核对您的委托' })}
${field('headCount', '一共几个人', v, wrong, { digits: true, max: 6 })}
${field('representatives', '代表姓名（最多 5 人，用顿号隔开）', v, wrong, { max: 200 })}
</details>
<p class="help">法律要求如实反映，对自己说的话负责；不会因为反映问题受到歧视、刁难。收集的信息只用来办理这件事。</p>
</fieldset>
<button class="go" type="submit">提交</button>
</form>`
}

export const receiptPage = (
  f: Frame,
  r: {
    number: string
    code: string
    qr: string | null
    receivedOn: Day
    tellBy: Day | null
    why: string[]
    /** Where the number and the code are asked for. */
    at: string
    sealed?: boolean
    suggestion?: boolean
    /** What was answered about an earlier time. */
    before?: string
    /** Some of the files could not be kept. */
    lost?: boolean
  },
): Html => html`
<h1>已经收到，登记好了</h1>
${r.lost && problem(r.sealed ? '有材料没有存上。请把材料带到镇纪检窗口，报上面的编号' : '有材料没有存上。请按“看进度”，在“补充材料”里再传一次')}
<section class="slip">
<p>${f.town.name}信访登记回执</p>
<p>编号</p><p class="big">${r.number}</p>
<p>查询码</p><p class="big code">${r.code.slice(0, 5)} ${r.code.slice(5)}</p>
${r.qr && html`<img src="${r.qr}" width="140" height="140" alt="扫码查进度">`}
<p class="help">请把这张纸打印、拍照或抄下来。只有凭编号和查询码才能查；工作人员不会向您要查询码。</p>
<p class="help">查进度：扫码，或者打开 ${r.at}</p>
</section>
<h2>接下来</h2>
<ol class="next">
<li>${formal(r.receivedOn)}已登记。${r.before && `您说：${r.before}，已经一起记下。`}</li>
${r.tellBy && html`<li>最迟 <b>${withWeekday(r.tellBy)}</b> 书面告诉您：是不是受理、由谁办理、怎么联系。</li>`}
${
  r.sealed
    ? html`<li>内容已经密封，只有纪检联络员能看到，不会转给被反映的人和单位。</li>
<li>按规定转送有权处理的机关，由该机关处理和反馈。凭编号和查询码可以查到走到哪一步。</li>`
    : r.suggestion
      ? html`<li>有人负责研究，书面答复您采纳没有、为什么。凭编号和查询码可以查。</li>`
      : html`<li>受理以后六十日内书面答复；情况复杂要延长的，会提前告诉您理由。</li>
<li>对答复不满意，收到后三十日内可以请求复查。</li>`
}
</ol>
${r.why.length > 0 && html`<details><summary>为什么是这天</summary><ul>${r.why.map((w) => html`<li>${w}</li>`)}</ul></details>`}
<p class="noprint"><a class="go" href="${to(f, r.sealed ? '/c/query' : '/c/matter')}" data-clear-draft="${r.suggestion ? 'new suggest' : 'new'} ask-lost ask-elsewhere">看进度</a></p>
<p class="noprint"><a href="${r.sealed ? `data:text/plain;charset=utf-8,${encodeURIComponent(receiptText(f, { ...r, queryCode: r.code }))}` : '/c/receipt/text'}" download="${r.number}.txt">把编号和查询码存成文字</a></p>`

/** The receipt as a message to keep: what must be known to ask again. */
export const receiptText = (
  f: Frame,
  r: { number: string; queryCode: string; receivedOn: Day; tellBy: Day | null; at: string },
): string =>
  [
    `${f.town.name}信访办：您反映的事已经登记。`,
    `编号 ${r.number}`,
    `查询码 ${r.queryCode}`,
    `登记日期 ${formal(r.receivedOn)}`,
    ...(r.tellBy ? [`最迟 ${withWeekday(r.tellBy)}书面告诉您是不是受理、由谁办理。`] : []),
    `查进度：${r.at}`,
    '查询码请自己保存，工作人员不会向您要。丢了可以带身份证件到村或镇信访窗口换。',
    '',
  ].join('\n')
