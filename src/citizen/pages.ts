import { type Day, formal, weekdayName } from '../kit/day.ts'
import { Html, html } from '../kit/html.ts'
import type { PublicAnswer } from '../open/answers.store.ts'
import { answerKinds } from '../open/answers.ts'
import { type OpenKind, openKinds } from '../open/due.ts'
import type { PublicFigures } from '../open/store.ts'
import { ratings } from '../petitions/petition.ts'
import type { CardContent, Contacts } from './card.ts'
import { type CitizenView, type WordKind, wordKinds } from './view.ts'

/** What every public page stands in: the town, its asset names, whether it is a demonstration. */
export interface Frame {
  town: { code: string; name: string; isFiction: boolean }
  /** True when the server keeps more than one town, so that links must say which. */
  many: boolean
  css: string | null
  js: string | null
  today: Day
}
type Fields = Record<string, string>

const raw = (text: string) => new Html(text)
const t = (f: Frame) => (f.many ? `t=${encodeURIComponent(f.town.code)}` : '')
/** A path with the town said where it must be. */
const to = (f: Frame, path: string, more = '') => {
  const q = [t(f), more].filter(Boolean).join('&')
  return q ? `${path}?${q}` : path
}
const withDay = (d: Day) => `${formal(d)}（${weekdayName(d)}）`

/** Stands in a page kept for all where each reader's form gets hidden fields of its own; no text of anybody's can make it. */
export const sealMark = raw('<!--seal-->')

export const page = (f: Frame, title: string, body: Html): string =>
  `<!doctype html>${html`<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="same-origin">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>${title} · ${f.town.name}</title>
${f.css && html`<link rel="stylesheet" href="${f.css}">`}
</head>
<body>
<a class="skip" href="#main">跳到正文</a>
<header class="top">
<a class="brand" href="${to(f, '/c')}">${f.town.name}回声</a>
<div class="tools" hidden data-tools>
<button type="button" data-large aria-pressed="false">大字</button>
<button type="button" data-contrast aria-pressed="false">高对比</button>
<button type="button" data-speak>朗读</button>
<button type="button" data-print>打印</button>
</div>
${f.town.isFiction && html`<p class="fiction">演示用的虚构镇，请不要填写真实信息</p>`}
</header>
<main id="main">${body}</main>
<footer class="foot"><p>反映问题不收费，不会因为反映问题受到歧视和打击报复。</p><p>每一件都登记，每一件都有回音。</p></footer>
${f.js && html`<script type="module" src="${f.js}"></script>`}
</body>
</html>`}`

const problem = (sentence: string | null) =>
  sentence && html`<p class="problem" role="alert" tabindex="-1">${sentence}</p>`

export const homePage = (f: Frame, note: string | null = null, village = ''): Html => html`
<h1>有事请讲，件件有回音</h1>
${note && html`<p class="note" role="status">${note}</p>`}
<nav class="doors" aria-label="可以做的事">
<a class="door first" href="${to(f, '/c/new', village && `v=${village}`)}"><b>我要反映</b><span>三步写完，当场得到编号</span></a>
<a class="door" href="${to(f, '/c/query')}"><b>查进度</b><span>凭编号和查询码</span></a>
<a class="door" href="${to(f, '/c/suggest')}"><b>人民建议</b><span>对工作提建议，有人回复</span></a>
<a class="door" href="${to(f, '/c/answers')}"><b>看回音</b><span>公开的答复和建议回复</span></a>
<a class="door" href="${to(f, '/c/open')}"><b>看公开</b><span>党务、村务、财务、政务</span></a>
<a class="door" href="${to(f, '/c/about')}"><b>怎么办理</b><span>步骤、时限、时间、找谁</span></a>
</nav>`

/** Where the code on a household card leads: the village's people and ways, then the same doors as everybody's. */
export const villagePage = (f: Frame, v: CardContent & { id: string }): Html => html`
${homePage(f, null, v.id)}
<h2>${v.village}</h2>
<ul>${v.people.map((p) => html`<li>${p.post} ${p.name}${p.phone && html`　<a href="tel:${p.phone}">${p.phone}</a>`}</li>`)}
${v.hotline && html`<li>镇信访电话　<a href="tel:${v.hotline}">${v.hotline}</a></li>`}
${v.legalAid && html`<li>法律援助　<a href="tel:${v.legalAid}">${v.legalAid}</a></li>`}
${v.hours && html`<li>接待时间　${v.hours}</li>`}${v.address && html`<li>地址　${v.address}</li>`}</ul>`

export const queryPage = (
  f: Frame,
  given: {
    number: string
    sentence: string | null
    /** After some wrong codes: hidden fields of a form that costs work. */
    seal?: Html
    code?: string
  },
): Html => html`
<h1>查进度</h1>
${problem(given.sentence)}
<form method="post" action="${to(f, '/c/query')}">${given.seal}
<label for="number">编号</label>
<input id="number" name="number" value="${given.number}" required autocomplete="off" autocapitalize="characters" placeholder="照回执上的写">
<label for="code">查询码</label>
<input id="code" name="code" value="${given.code ?? ''}" required autocomplete="off" autocapitalize="characters" aria-describedby="code-help">
<p class="help" id="code-help">回执上十位字母和数字，不分大小写</p>
<button class="go" type="submit">查询</button>
</form>
<p>查询码丢了，请带身份证件到村信访信息员或镇信访窗口核对后重新领取。</p>`

const field = (
  name: string,
  label: string,
  v: Fields,
  wrong: Fields,
  more: { help?: string; area?: boolean; rows?: number; type?: string; max?: number } = {},
) => html`
<label for="${name}">${label}</label>
${more.help && html`<p class="help" id="${name}-help">${more.help}</p>`}
${
  more.area
    ? html`<textarea id="${name}" name="${name}" rows="${more.rows ?? 5}" maxlength="${more.max ?? 20000}"${raw(more.help ? ` aria-describedby="${name}-help"` : '')}>${v[name] ?? ''}</textarea>`
    : html`<input id="${name}" name="${name}" type="${more.type ?? 'text'}" maxlength="${more.max ?? 100}" value="${v[name] ?? ''}"${raw(more.help ? ` aria-describedby="${name}-help"` : '')}>`
}
${wrong[name] && html`<p class="wrong">${wrong[name]}</p>`}`
/** Asks the phone for a recording; where the browser records itself, a button takes its place. */
const voiceField = (id: string, label: string) => html`
<label for="${id}">${label}</label>
<input id="${id}" name="files" type="file" accept="audio/*" capture data-voice>`
const check = (name: string, label: string, v: Fields, help?: string) => html`
<p class="check"><input type="checkbox" id="${name}" name="${name}" value="1"${raw(v[name] ? ' checked' : '')}><label for="${name}">${label}</label></p>
${help && html`<p class="help">${help}</p>`}`
const radio = (name: string, value: string, label: string, v: Fields, fallback: string) => html`
<p class="check"><input type="radio" id="${name}-${value}" name="${name}" value="${value}"${raw((v[name] ?? fallback) === value ? ' checked' : '')}><label for="${name}-${value}">${label}</label></p>`

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

const monthOf = (m: string) => `${m.slice(0, 4)}年${Number(m.slice(5))}月`

/** What was answered, with names, places and numbers struck; the reader sees nothing of the matter behind it. */
export const answersPage = (f: Frame, v: { kind: string; list: PublicAnswer[] }): Html => html`
<h1>看回音</h1>
<p>这些答复经本人同意公开，姓名、地点和号码已经隐去。</p>
<nav class="kinds" aria-label="类别">${(
  [
    ['', '全部'],
    ['answer', '答复'],
    ['suggestion', '人民建议'],
  ] as const
).map(
  ([k, label]) =>
    html`<a href="${to(f, '/c/answers', k && `kind=${k}`)}"${raw(v.kind === k ? ' aria-current="page"' : '')}>${label}</a>`,
)}</nav>
${
  v.list.length === 0
    ? html`<p class="note">还没有公开的${v.kind === 'suggestion' ? '建议回复' : '答复'}。</p>`
    : html`<ul>${v.list.map((a) => html`<li><a href="${to(f, `/c/answers/${a.id}`)}">${a.title}</a><br>${answerKinds[a.kind]} · ${monthOf(a.month)}</li>`)}</ul>`
}`

export const answerPage = (f: Frame, a: PublicAnswer): Html => html`
<article><h1>${a.title}</h1><p>${answerKinds[a.kind]} · ${monthOf(a.month)}公开 · 个人信息已经隐去</p>
<h2>${a.kind === 'suggestion' ? '建议' : '反映的问题'}</h2><p class="said">${a.question}</p>
<h2>${a.kind === 'suggestion' ? '回复' : '答复'}</h2><p class="said">${a.answer}</p></article>
<p class="noprint"><a href="${to(f, '/c/answers')}">回到看回音</a></p>`

export const newPage = (
  f: Frame,
  given: {
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
<p>这件事以前反映过吗？<a href="${to(f, '/c/query')}">有编号的先查一查进度</a>；再反映一次也会登记，并和上一次连在一起。</p>
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
<label for="files">照片、文件或者录好的录音（可以不传，最多 9 个，每个不超过 20 MB）</label>
<input id="files" name="files" type="file" multiple accept="image/*,audio/*,video/*,.pdf,.doc,.docx,.xls,.xlsx,.txt">
<p class="help">照片里的拍摄地点等信息会自动去掉。</p>
${wrong.files && html`<p class="wrong">${wrong.files}</p>`}
</fieldset>
<fieldset><legend>第三步　怎样回复您</legend>
${field('name', '您的姓名', v, wrong, { max: 60, help: '不愿留名的，在下面勾选“匿名”' })}
${field('phone', '手机号（可以不填）', v, wrong, { type: 'tel', max: 40, help: '留了才能打电话告诉您结果' })}
${given.sms && check('messages', '我们超期的时候，发短信告诉我', v, '只写编号和怎么查，不写事情；随时可以不要')}
${check('anonymous', '匿名', v, '匿名也会登记办理，凭编号和查询码看结果；不记录您的网络地址')}
${check('confidential', '请为我保密', v, '除办理人员以外，不让别人知道是谁反映的')}
${check('eService', '同意用这个网页向我送达文书', v, '不勾选的，当面或邮寄送达')}
<details><summary>替别人反映，或者几个人一起反映</summary>
${field('forWhom', '替谁反映（写对方姓名）', v, wrong, { max: 60, help: '代人反映的，承办人会核对您的委托' })}
${field('headCount', '一共几个人', v, wrong, { type: 'number', max: 6 })}
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
    sealed?: boolean
    suggestion?: boolean
    /** Some of the files could not be kept. */
    lost?: boolean
  },
): Html => html`
<h1>已经收到，登记好了</h1>
${r.lost && problem(r.sealed ? '有材料没有存上。请把材料带到镇纪检窗口，报上面的编号' : '有材料没有存上。请按“看进度”，在“补充材料”里再传一次')}
<section class="slip">
<p>编号</p><p class="big" data-speak-slow>${r.number}</p>
<p>查询码</p><p class="big code">${r.code.slice(0, 5)} ${r.code.slice(5)}</p>
${r.qr && html`<img src="${r.qr}" width="140" height="140" alt="扫码查进度">`}
<p class="help">请把这张纸打印、拍照或抄下来。只有凭编号和查询码才能查；工作人员不会向您要查询码。</p>
</section>
<h2>接下来</h2>
<ol class="next">
<li>${formal(r.receivedOn)}已登记。</li>
${r.tellBy && html`<li>最迟 <b>${withDay(r.tellBy)}</b> 书面告诉您：是不是受理、由谁办理、怎么联系。</li>`}
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
<p class="noprint"><a class="go" href="${to(f, r.sealed ? '/c/query' : '/c/matter')}" data-clear-draft="${r.suggestion ? 'new suggest' : 'new'}">看进度</a></p>
${!r.sealed && html`<p class="noprint"><a href="/c/receipt/text" download>把编号和查询码存成文字</a></p>`}`

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
    ...(r.tellBy ? [`最迟 ${withDay(r.tellBy)}书面告诉您是不是受理、由谁办理。`] : []),
    `查进度：${r.at}`,
    '查询码请自己保存，工作人员不会向您要。丢了可以带身份证件到村或镇信访窗口换。',
    '',
  ].join('\n')

const statusWords = { done: '已完成', now: '正在进行', later: '还没到' } as const

export const matterPage = (
  v: CitizenView,
  more: {
    requestId: string
    sentence: string | null
    note: string | null
    readers: { who: string; times: number; last: Day }[]
    files: string[]
    /** Whom to complain to when the office is late. */
    contacts: Contacts
    superior: string
    /** Whether messages were agreed to; null where none can be sent. */
    messages: boolean | null
    dimensions: Record<string, string>
  },
): Html => html`
${problem(more.sentence)}
${more.note && html`<p class="note" role="status">${more.note}</p>`}
<h1>${v.headline}</h1>
<p class="lead">编号 ${v.number} · ${v.petitioner} · ${formal(v.receivedOn)}${v.channel}</p>
${
  v.late.length > 0 &&
  html`<section class="late" role="alert"><h2>我们超期了，向您说明</h2>${v.late.map((s) => html`<p>${s}。</p>`)}
<p>您可以：</p><ul>
<li><a href="#right-question">在这里询问原因</a>，承办人必须回复。</li>
${more.contacts.hotline && html`<li>打镇信访电话 <a href="tel:${more.contacts.hotline}">${more.contacts.hotline}</a>。</li>`}
<li>向上一级，${more.superior}的信访部门投诉；也可以打 <a href="tel:12345">12345</a>。</li></ul>
<p>投诉不影响您的事项继续办理。</p></section>`
}
${
  v.answer &&
  html`<section class="answer" aria-label="期限"><p>${v.answer.label}</p><p class="date">${formal(v.answer.on)}</p>
<p>${v.answer.daysLeft >= 0 ? html`${weekdayName(v.answer.on)}，还有 ${v.answer.daysLeft} 天` : html`<b class="over">已经超过 ${-v.answer.daysLeft} 天</b>`}</p>
<details><summary>为什么是这天</summary><ul>${v.answer.why.map((w) => html`<li>${w}</li>`)}</ul></details></section>`
}
<h2>办到哪一步</h2>
<ol class="steps">${v.steps.map(
  (s) => html`<li class="${s.status}"${raw(s.status === 'now' ? ' aria-current="step"' : '')}><b>${s.label}</b>
<span class="status">${statusWords[s.status]}</span>${s.on && html`<span>${formal(s.on)}</span>`}<span>${s.words}</span></li>`,
)}</ol>
${v.yours.length > 0 && html`<h2>等您做的</h2><ul>${v.yours.map((y) => html`<li>${y}</li>`)}</ul>`}
${
  v.answered.length > 0 &&
  html`<h2>逐项答复</h2>${v.answered.map((a) => html`<section class="card"><p><b>您的请求</b>　${a.request}</p><p><b>${a.result}</b></p><p>${a.answer}</p></section>`)}`
}
<h2>文书</h2>
${
  v.papers.length === 0
    ? html`<p>还没有文书。</p>`
    : html`<ul class="papers">${v.papers.map(
        (
          p,
          n,
        ) => html`<li><a href="/c/matter/papers/${p.id}">${p.title}</a> ${p.number} ${formal(p.on)}　${p.served && '已送达'}
${
  p.mayConfirm &&
  html`<form method="post" action="/c/matter/receipt"><input type="hidden" name="requestId" value="${formId(more.requestId, 64 + n)}"><input type="hidden" name="document" value="${p.id}"><button type="submit">${v.eService ? `确认收到《${p.title}》` : `同意电子送达，确认收到《${p.title}》`}</button></form>`
}</li>`,
      )}</ul>${v.papers.some((p) => p.mayConfirm) && html`<p class="help">确认当天就算收到，请求复查的三十日从这天算起。也可以不在这里确认，等当面或者邮寄送达。</p>`}`
}
${
  v.eService !== null &&
  html`<form method="post" action="/c/matter/service"><input type="hidden" name="requestId" value="${formId(more.requestId, 48)}"><input type="hidden" name="agrees" value="${v.eService ? '0' : '1'}">
<p>${v.eService ? '您已经同意用这个网页送达文书。' : '文书现在当面或者邮寄送给您。'}</p><button type="submit">${v.eService ? '不再用网页送达' : '同意用网页送达'}</button></form>`
}
${
  more.messages !== null &&
  html`<form method="post" action="/c/matter/messages"><input type="hidden" name="requestId" value="${formId(more.requestId, 50)}"><input type="hidden" name="agrees" value="${more.messages ? '0' : '1'}">
<p>${more.messages ? '我们超期的时候，会发短信告诉您。' : '我们超期的时候，可以发短信告诉您：只写编号和怎么查，不写事情。'}</p><button type="submit">${more.messages ? '不要短信' : '要短信'}</button></form>`
}
${
  v.rating
    ? html`<h2>您的评价</h2><p>信访办：${ratings[v.rating.office]}；承办单位：${ratings[v.rating.unit]}（${formal(v.rating.onDay)}）。评价不能被改动。</p>`
    : v.mayRate &&
      html`<h2 id="rate">请您评价</h2>
${v.told && html`<p>${formal(v.told.onDay)}回访时，回访的人记下您说：信访办${v.told.office}${v.told.unit && `，承办单位${v.told.unit}`}。和您的意思不一样，就在这里自己评，以您自己评的为准。</p>`}
<form method="post" action="/c/matter/rate"><input type="hidden" name="requestId" value="${formId(more.requestId, 0)}">
${(
  [
    ['office', '信访办的工作'],
    ['unit', '承办单位的办理'],
  ] as const
).map(
  ([name, label]) =>
    html`<fieldset><legend>${label}</legend>${(['satisfied', 'basicallySatisfied', 'dissatisfied'] as const).map(
      (k) =>
        html`<p class="check"><input type="radio" required id="${name}-${k}" name="${name}" value="${k}"><label for="${name}-${k}">${ratings[k]}</label></p>`,
    )}</fieldset>`,
)}
<details><summary>再说细一点（可以不填）</summary>
${Object.entries(more.dimensions).map(
  ([k, label]) =>
    html`<label for="dim-${k}">${label}</label><select id="dim-${k}" name="dim-${k}"><option value="">不评</option><option value="3">好</option><option value="2">一般</option><option value="1">不好</option></select>`,
)}
<label for="reason">理由</label><textarea id="reason" name="reason" rows="3" maxlength="2000"></textarea></details>
<p class="help">评价由您本人作出，提交即生效；谁也不能代评、改评，也不会因为评价上门找您。</p>
<button class="go" type="submit">提交评价</button></form>`
}
<h2>您说的话和回音</h2>
${
  v.words.length === 0
    ? html`<p>还没有。</p>`
    : html`<ol class="words">${v.words.map((w) => html`<li><p><b>${wordKinds[w.kind]}</b> ${formal(w.onDay)}</p><p class="said">${w.body}</p>${w.answeredOn ? html`<p class="echo">回音（${formal(w.answeredOn)}）：${w.answer}</p>` : html`<p class="help">已送到承办人，等待回复</p>`}</li>`)}</ol>`
}
<h2 class="noprint">您可以做的</h2>
${v.rights.map(
  (r) => html`<details class="right" id="right-${r.kind}"><summary>${r.label}</summary><p>${r.words}。</p>
<form method="post" action="/c/matter/words" data-draft="word-${r.kind}"><input type="hidden" name="kind" value="${r.kind}"><input type="hidden" name="requestId" value="${wordRequestId(more.requestId, r.kind)}">
${r.named ? html`<label for="name-${r.kind}">您的姓名（登记时写的）</label><input id="name-${r.kind}" name="name" maxlength="50" autocomplete="name" required><p class="help">几个人共同反映的，每个人各有自己的权利，只算您本人的请求</p>` : ''}
<label for="body-${r.kind}">${bodyLabel[r.kind]}</label><textarea id="body-${r.kind}" name="body" rows="4" maxlength="10000" required></textarea>
<button class="go" type="submit">提交</button></form></details>`,
)}
${
  v.mayBring &&
  html`<details class="right"><summary>补充材料</summary>
<form method="post" action="/c/matter/files" enctype="multipart/form-data"><input type="hidden" name="requestId" value="${formId(more.requestId, 1)}">
<label for="more-files">照片或文件（最多 9 个，每个不超过 20 MB）</label><input id="more-files" name="files" type="file" multiple>
${voiceField('more-voice', '或者录一段话')}
<button class="go" type="submit">上传</button></form></details>`
}
${more.files.length > 0 && html`<h2>您交的材料</h2><p>${more.files.join('、')}</p>`}
<h2>谁看过您的材料</h2>
${
  more.readers.length === 0
    ? html`<p>还没有人打开过。</p>`
    : html`<table><thead><tr><th scope="col">岗位</th><th scope="col">次数</th><th scope="col">最近一次</th></tr></thead><tbody>${more.readers.map((r) => html`<tr><td>${r.who}</td><td>${r.times}</td><td>${formal(r.last)}</td></tr>`)}</tbody></table>`
}
<h2>登记的内容</h2><p class="said">${v.request}</p>
${
  v.publish !== null &&
  html`<h2 class="noprint">公开答复</h2><form method="post" action="/c/matter/publish"><input type="hidden" name="requestId" value="${formId(more.requestId, 49)}"><input type="hidden" name="agrees" value="${v.publish ? '0' : '1'}">
<p>${v.publish ? '您已经同意：姓名、地点、号码隐去并经人核对以后，答复可以公开，供别人参考。随时可以收回，收回以后马上撤下。' : '您愿意的话，答复可以在隐去姓名、地点、号码以后公开，供别人参考。不同意也完全不影响办理。'}</p><button type="submit">${v.publish ? '收回同意' : '同意公开'}</button></form>`
}
<p class="noprint"><a href="/c/matter/data" download>下载系统里关于我的全部内容</a></p>
<p class="help noprint">一个压缩包：能打开看的页面、给您的文书、您交的材料。下载会记下来。</p>
<form method="post" action="/c/out"><button type="submit">看完了，退出</button></form>`

const bodyLabel: Record<WordKind, string> = {
  facts: '要补充的情况',
  correction: '哪里不对，应当是什么',
  pressure: '什么人、什么时候、怎样做的',
  question: '您想问什么',
  recusal: '要求谁回避，为什么',
  review: '不服的地方和理由',
  recheck: '不服的地方和理由',
  withdrawal: '用您自己的话写明为什么撤回',
  service: '说明',
  receipt: '说明',
}
/** Each form of one page has its own request id, the same again when the page is sent twice. */
const formId = (base: string, n: number) => `${base.slice(0, -2)}${n.toString(16).padStart(2, '0')}`
const wordRequestId = (base: string, kind: WordKind) => formId(base, Object.keys(wordKinds).indexOf(kind) + 16)

export const paperPage = (
  p: { title: string; number: string; organ: string; lines: { text: string; level: 'body' | 'heading' }[]; on: Day },
  id: string,
): Html => html`
<article class="paper"><p class="organ">${p.organ}</p>${p.number && html`<p>${p.number}</p>`}<h1>${p.title}</h1>
${p.lines.map((l) => (l.level === 'heading' ? html`<h2>${l.text}</h2>` : html`<p>${l.text}</p>`))}
<p class="sign">${p.organ}</p><p class="sign">${formal(p.on)}</p></article>
<p class="noprint"><a href="/c/matter/papers/${id}/docx">下载 Word</a>　<a href="/c/matter">回到进度</a></p>`

/** The way of a matter as a picture; the same words stand below it as a list for who can't see it. */
const picture = (): Html => {
  const boxes = [
    ['登记', '当天'],
    ['告知', '15 日内'],
    ['办理', '60 日内'],
    ['答复', '书面'],
    ['评价', '由您说'],
  ] as const
  return html`<svg class="picture" viewBox="0 0 330 420" role="img" aria-labelledby="picture-title"><title id="picture-title">办理的五步：登记，当天；告知，十五日内；办理，六十日内，复杂的最多延三十日；答复，书面；评价，由您说。不服答复的，三十日内请求复查，对复查不服的三十日内请求复核。</title>
${boxes.map(
  ([a, b], n) =>
    html`<rect x="10" y="${10 + n * 82}" width="150" height="56" rx="8"/><text x="85" y="${34 + n * 82}">${a}</text><text class="small" x="85" y="${56 + n * 82}">${b}</text>${n < 4 && html`<path d="M85 ${66 + n * 82} v20 m-6 -7 l6 7 l6 -7"/>`}`,
)}
<path d="M160 284 h34 m-7 -6 l7 6 l-7 6"/><rect class="side" x="200" y="256" width="120" height="56" rx="8"/><text x="260" y="280">复查</text><text class="small" x="260" y="302">不服，30 日内</text>
<path d="M260 312 v26 m-6 -7 l6 7 l6 -7"/><rect class="side" x="200" y="342" width="120" height="56" rx="8"/><text x="260" y="366">复核</text><text class="small" x="260" y="388">再不服，30 日内</text></svg>`
}

/** Services, hours, people on duty, the law and the procedure. */
export const aboutPage = (
  f: Frame,
  v: {
    contacts: Contacts
    receptions: { onDay: Day; fromTime: string; toTime: string; place: string; name: string; post: string }[]
  },
): Html => html`
<h1>怎么办理</h1>
${picture()}
<ol class="steps flow">
<li class="done"><b>登记</b><span>每一件都登记，当场给编号和查询码</span></li>
<li class="done"><b>告知</b><span>十五日内书面告诉您是否受理、由谁办理</span></li>
<li class="done"><b>办理</b><span>听您说、去查实，六十日内办结；复杂的最多再延三十日，先告诉您</span></li>
<li class="done"><b>答复</b><span>逐项答复，写明事实、理由、依据和不服怎么办</span></li>
<li class="done"><b>复查、复核</b><span>收到答复三十日内可以请上一级复查；对复查不服，三十日内可以复核</span></li>
<li class="done"><b>评价</b><span>满意不满意由您本人说</span></li>
</ol>
<h2>时间和地点</h2>
${
  Object.values(v.contacts).every((x) => x === '')
    ? html`<p>请到镇信访窗口，或者找村信访信息员。</p>`
    : html`<ul>${v.contacts.hours && html`<li>接待时间　${v.contacts.hours}</li>`}${v.contacts.address && html`<li>地址　${v.contacts.address}</li>`}
${v.contacts.hotline && html`<li>镇信访电话　<a href="tel:${v.contacts.hotline}">${v.contacts.hotline}</a></li>`}${v.contacts.legalAid && html`<li>法律援助　<a href="tel:${v.contacts.legalAid}">${v.contacts.legalAid}</a></li>`}</ul>`
}
<h2>领导接访</h2>
${
  v.receptions.length === 0
    ? html`<p>最近两周的安排还没有排定，请打电话或者到窗口问。</p>`
    : html`<ul>${v.receptions.map((r) => html`<li>${withDay(r.onDay)} <span class="whole">${r.fromTime}—${r.toTime}</span><br>${r.post} <span class="whole">${r.name}</span>　${r.place}</li>`)}</ul>`
}
<h2>可以办的事</h2>
<ul><li><a href="${to(f, '/c/new')}">反映困难和诉求</a>，可以代老人、邻居反映，也可以匿名。</li><li><a href="${to(f, '/c/suggest')}">提建议</a>，有人负责，书面回复。</li><li>检举公职人员违纪违法，只有纪检人员能看到。</li><li><a href="${to(f, '/c/query')}">查进度</a>、补充、更正、请求复查、撤回、评价。</li><li>邻里纠纷可以请村里、片区、镇里调解，不收费。</li></ul>
<h2>依据</h2><p>《信访工作条例》（2022年5月1日起施行）。登记：第二十二条；告知：第二十三条；办理期限：第三十四条；复查、复核：第三十五条、第三十六条。个人信息：《个人信息保护法》第六条，只收集办这件事要用的。</p>
<h2>您的权利</h2>
<ul><li>反映问题不收费，可以口头说、请人代写、请人代办。</li><li>办理的人有利害关系的，可以要求回避。</li><li>谁也不能因为您反映问题歧视、刁难、打击报复（第十八条、第四十六条）。</li><li>检举控告不会转给被检举的人和单位（第三十条）。</li></ul>
<p><a class="go" href="${to(f, '/c/new')}">我要反映</a></p>`

export const sentencePage = (title: string, sentence: string, back: string): Html =>
  html`<h1>${title}</h1>${problem(sentence)}<p><a class="go" href="${back}">返回</a></p>`

interface PublicNotice {
  id: string
  kind: OpenKind
  title: string
  village: string
  postedOn: Day
  byName: string
  body: string
  files: { id: string; name: string }[]
}

/** What the town and its villages publish; the year's figures of the whole town, whose parts add up. */
export const openPage = (
  f: Frame,
  v: {
    notices: Omit<PublicNotice, 'body' | 'byName'>[]
    villages: string[]
    kind: string
    village: string
    figures: PublicFigures | null
  },
): Html => html`
<h1>公开</h1>
<form method="get" action="/c/open">${f.many && html`<input type="hidden" name="t" value="${f.town.code}">`}
<label for="kind">类别</label><select id="kind" name="kind"><option value="">全部</option>${Object.entries(
  openKinds,
).map(([k, name]) => html`<option value="${k}"${v.kind === k ? raw(' selected') : ''}>${name}</option>`)}</select>
<label for="village">哪里</label><select id="village" name="village"><option value="">全镇</option>${v.villages.map(
  (x) => html`<option${v.village === x ? raw(' selected') : ''}>${x}</option>`,
)}</select>
<button type="submit">查看</button></form>
${
  v.notices.length === 0
    ? html`<p class="note">没有符合的公开内容。应当公开而没有公开的，可以<a href="${to(f, '/c/new')}">反映</a>。</p>`
    : html`<ul>${v.notices.map(
        (n) =>
          html`<li><a href="${to(f, `/c/open/${n.id}`)}">${n.title}</a><br>${openKinds[n.kind]} · ${n.village || '镇'} · ${formal(n.postedOn)}</li>`,
      )}</ul>`
}
${v.figures && figuresPart(v.figures)}`

/** Figures whose parts add up, as a table; of when they are is said. */
const figuresPart = (n: PublicFigures): Html => html`
<h2>${n.year}年信访</h2><p>全镇共登记 <b>${n.total}</b> 件${n.byState && `，其中${n.byState.map((x) => `${x.name} ${x.n} 件`).join('、')}`}。</p>
${
  n.byContent &&
  html`<table><caption>反映的内容</caption><thead><tr><th scope="col">类别</th><th scope="col">件数</th></tr></thead><tbody>${n.byContent.map((x) => html`<tr><td>${x.name}</td><td>${x.n}</td></tr>`)}</tbody><tfoot><tr><th scope="row">合计</th><td>${n.total}</td></tr></tfoot></table>`
}
<p class="help">截至 ${n.at}，每十分钟更新。密封办理的不在内；不足十件的类别并入“其他”。</p>`

export const noticePage = (f: Frame, n: PublicNotice): Html => html`
<article><h1>${n.title}</h1><p>${openKinds[n.kind]} · ${n.village || '镇'} · ${formal(n.postedOn)}公开</p>
${n.body.split(/\n+/).map((line) => html`<p>${line}</p>`)}</article>
${n.files.length > 0 && html`<h2>附件</h2><ul>${n.files.map((x) => html`<li><a href="${to(f, `/c/open/${n.id}/files/${x.id}`)}" download>${x.name}</a></li>`)}</ul>`}
<p class="noprint"><a href="${to(f, '/c/open')}">回到公开</a></p>`
