import { type Day, formal, withWeekday } from '../kit/day.ts'
import { type Html, html } from '../kit/html.ts'
import type { PublicAnswer } from '../open/answers.store.ts'
import { answerKinds } from '../open/answers.ts'
import { bundled, type OpenKind, openKinds, openStates, periodName } from '../open/due.ts'
import { noticesAtOnce, type PublicDuty, type PublicFigures } from '../open/store.ts'
import type { CardContent } from './card.ts'
import { type Frame, raw, to } from './page.ts'
import { type Duty, todayPart } from './watch.pages.ts'

export const homePage = (f: Frame, note: Html | string | null = null, village = ''): Html => html`
<h1>有事请讲，件件有回音</h1>
${note && html`<p class="note" role="status">${note}</p>`}
<nav class="doors" aria-label="可以做的事">
<a class="door first" href="${to(f, '/c/ask', village && `v=${village}`)}"><b>我要反映</b><span>三步写完，当场得到编号</span></a>
<a class="door" href="${to(f, '/c/query')}"><b>查进度</b><span>凭编号和查询码</span></a>
<a class="door" href="${to(f, '/c/suggest')}"><b>人民建议</b><span>对工作提建议，有人回复</span></a>
<a class="door" href="${to(f, '/c/answers')}"><b>看回音</b><span>公开的答复和建议回复</span></a>
<a class="door" href="${to(f, '/c/open')}"><b>看公开</b><span>党务、村务、财务、政务</span></a>
<a class="door" href="${to(f, '/c/about')}"><b>怎么办理</b><span>步骤、时限、时间、找谁</span></a>
</nav>`

/** Where the code on a household card leads: the village's people and ways, then the same doors as everybody's. */
export const villagePage = (f: Frame, v: CardContent & { id: string }, duty: Duty): Html => html`
${homePage(f, html`${v.village}　<a href="#people">找谁、电话</a>`, v.id)}
<h2 id="people">${v.village}</h2>
<ul>${v.people.map((p) => html`<li>${p.post} ${p.name}${p.phone && html`　<a href="tel:${p.phone}">${p.phone}</a>`}</li>`)}
${v.hotline && html`<li>镇信访电话　<a href="tel:${v.hotline}">${v.hotline}</a></li>`}
${v.legalAid && html`<li>法律援助　<a href="tel:${v.legalAid}">${v.legalAid}</a></li>`}
${v.hours && html`<li>接待时间　${v.hours}</li>`}${v.address && html`<li>地址　${v.address}</li>`}</ul>
${todayPart(f, duty)}`

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
    duty: Duty
    receptions: { onDay: Day; fromTime: string; toTime: string; place: string; name: string; post: string }[]
  },
): Html => html`
<h1>怎么办理</h1>
${picture()}
<ol class="steps flow">
<li class="done"><b>登记</b><span class="says">每一件都登记，当场给编号和查询码</span></li>
<li class="done"><b>告知</b><span class="says">十五日内书面告诉您是否受理、由谁办理</span></li>
<li class="done"><b>办理</b><span class="says">听您说、去查实，六十日内办结；复杂的最多再延三十日，先告诉您</span></li>
<li class="done"><b>答复</b><span class="says">逐项答复，写明事实、理由、依据和不服怎么办</span></li>
<li class="done"><b>复查、复核</b><span class="says">收到答复三十日内可以请上一级复查；对复查不服，三十日内可以复核</span></li>
<li class="done"><b>评价</b><span class="says">满意不满意由您本人说</span></li>
</ol>
<h2>时间和地点</h2>
${
  Object.values(v.duty.contacts).every((x) => x === '')
    ? html`<p>请到镇信访窗口，或者找村信访信息员。</p>`
    : html`<ul>${v.duty.contacts.hours && html`<li>接待时间　${v.duty.contacts.hours}</li>`}${v.duty.contacts.address && html`<li>地址　${v.duty.contacts.address}</li>`}
${v.duty.contacts.hotline && html`<li>镇信访电话　<a href="tel:${v.duty.contacts.hotline}">${v.duty.contacts.hotline}</a></li>`}${v.duty.contacts.legalAid && html`<li>法律援助　<a href="tel:${v.duty.contacts.legalAid}">${v.duty.contacts.legalAid}</a></li>`}</ul>`
}
${todayPart(f, v.duty)}
<h2>领导接访</h2>
${
  v.receptions.length === 0
    ? html`<p>最近两周的安排还没有排定，请打电话或者到窗口问。</p>`
    : html`<ul>${v.receptions.map((r) => html`<li>${withWeekday(r.onDay)} <span class="whole">${r.fromTime}—${r.toTime}</span><br>${r.post} <span class="whole">${r.name}</span>　${r.place}</li>`)}</ul>`
}
<h2>可以办的事</h2>
<ul><li><a href="${to(f, '/c/ask')}">反映困难和诉求</a>，可以代老人、邻居反映，也可以匿名。</li><li><a href="${to(f, '/c/suggest')}">提建议</a>，有人负责，书面回复。</li><li>检举公职人员违纪违法，只有纪检人员能看到。</li><li><a href="${to(f, '/c/query')}">查进度</a>、补充、更正、请求复查、撤回、评价。</li><li>邻里纠纷可以请村里、片区、镇里调解，不收费。</li></ul>
<h2>依据</h2><p>《信访工作条例》（2022年5月1日起施行）。登记：第二十二条；告知：第二十三条；办理期限：第三十四条；复查、复核：第三十五条、第三十六条。个人信息：《个人信息保护法》第六条，只收集办这件事要用的。</p>
<h2>您的权利</h2>
<ul><li>反映问题不收费，可以口头说、请人代写、请人代办。</li><li>办理的人有利害关系的，可以要求回避。</li><li>谁也不能因为您反映问题歧视、刁难、打击报复（第十八条、第四十六条）。</li><li>检举控告不会转给被检举的人和单位（第三十条）。</li></ul>
<p><a class="go" href="${to(f, '/c/ask')}">我要反映</a></p>`

interface PublicNotice {
  id: string
  itemId: string | null
  /** The line of the register it answers, and of which period. */
  item: string
  period: string
  kind: OpenKind
  title: string
  village: string
  postedOn: Day
  untilOn: Day | null
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
<p><a href="${to(f, '/c/open/due')}">应当公开什么、哪天以前、公开了没有</a>${v.figures && html`<br><a href="#figures">今年办了多少件信访</a>`}</p>
<form method="get" action="/c/open">${townField(f)}
<label for="kind">类别</label><select id="kind" name="kind"><option value="">全部</option>${Object.entries(
  openKinds,
).map(([k, name]) => html`<option value="${k}"${v.kind === k ? raw(' selected') : ''}>${name}</option>`)}</select>
${chooseVillage(v.villages, v.village)}
<button type="submit">查看</button></form>
${
  v.notices.length === 0
    ? html`<p class="note">没有符合的公开内容。应当公开而没有公开的，可以<a href="${to(f, '/c/ask')}">反映</a>。</p>`
    : html`<ul>${bundled(v.notices).map((same) => noticeLine(f, same))}</ul>${
        v.notices.length >= noticesAtOnce &&
        html`<p class="help">这里列最近 ${noticesAtOnce} 份。更早的，请选类别和村再看。</p>`
      }`
}
${v.figures && figuresPart(v.figures)}`

/** One notice, or what many villages published of one thing, folded into one line. */
const noticeLine = (f: Frame, [first, ...rest]: Omit<PublicNotice, 'body' | 'byName'>[]): Html => {
  const n = first!
  if (rest.length === 0)
    return html`<li><a href="${to(f, `/c/open/${n.id}`)}">${n.title}</a><br>${openKinds[n.kind]} · ${n.village || '镇'} · ${formal(n.postedOn)}</li>`
  return html`<li><details><summary>${n.item}（${periodName(n.period)}）</summary><ul class="villages">${[
    n,
    ...rest,
  ].map(
    (x) => html`<li><a href="${to(f, `/c/open/${x.id}`)}" aria-label="${x.title}">${x.village || '镇'}</a></li>`,
  )}</ul></details>${openKinds[n.kind]} · ${rest.length + 1} 个村 · 最近 ${formal(n.postedOn)}</li>`
}

const chooseVillage = (villages: string[], chosen: string): Html => html`
<label for="village">哪里</label><select id="village" name="village"><option value="">全镇</option>${villages.map(
  (x) => html`<option${chosen === x ? raw(' selected') : ''}>${x}</option>`,
)}</select>`
const townField = (f: Frame) => f.many && html`<input type="hidden" name="t" value="${f.town.code}">`

/** One line of the register: of a village, of the town, or of all villages together with those that are late. */
const dutyLine = (f: Frame, [first, ...rest]: PublicDuty[]): Html => {
  const d = first!
  const all = [d, ...rest]
  const late = all.filter((x) => x.state === 'overdue')
  const out = all.filter((x) => x.noticeId !== null)
  return html`<li><b>${d.title}</b>　${d.periodName}<br>${openKinds[d.kind]} · ${all.length > 1 ? '各村' : d.village} · ${formal(d.dueOn)}前公开${all.length > 1 ? raw('<br>') : ' · '}${
    all.length > 1
      ? html`${all.length} 个村，${out.length} 个已公开${late.length > 0 && html`，<b class="over">${late.length} 个超期未公开</b>：${late.map((x) => x.village).join('、')}`}`
      : d.state === 'overdue'
        ? html`<b class="over">${openStates.overdue}</b>`
        : d.rhythm === 'week' && d.state === 'published'
          ? html`<a href="${to(f, '/c/duty')}">${openStates[d.state]}</a>`
          : d.noticeId
            ? html`<a href="${to(f, `/c/open/${d.noticeId}`)}">${openStates[d.state]}</a>`
            : openStates[d.state]
  }<br><span class="help">${d.basis}</span></li>`
}

/** What must be published by when, and what is late: anybody may see it. */
export const duePage = (f: Frame, v: { duties: PublicDuty[]; villages: string[]; village: string }): Html => {
  const here = v.duties.filter((d) => v.village === '' || d.village === v.village)
  const lines = [...Map.groupBy(here, (d) => `${d.itemId} ${d.period}`).values()]
  return html`
<h1>应当公开什么</h1>
<p>法律要求公开的，逐项列在这里：哪天以前公开，公开了没有。超期没有公开的，可以<a href="${to(f, '/c/ask')}">反映</a>。</p>
<form method="get" action="/c/open/due">${townField(f)}${chooseVillage(v.villages, v.village)}
<button type="submit">查看</button></form>
${lines.length === 0 ? html`<p class="note">现在没有到期要公开的。</p>` : html`<ul>${lines.map((all) => dutyLine(f, all))}</ul>`}
<p class="noprint"><a href="${to(f, '/c/open')}">回到公开</a></p>`
}

/** Figures whose parts add up, as a table; of when they are is said. */
const figuresPart = (n: PublicFigures): Html => html`
<h2 id="figures">${n.year}年信访</h2><p>全镇共登记 <b>${n.total}</b> 件${n.byState && `，其中${n.byState.map((x) => `${x.name} ${x.n} 件`).join('、')}`}。</p>
${
  n.byContent &&
  html`<table><caption>反映的内容</caption><thead><tr><th scope="col">类别</th><th scope="col">件数</th></tr></thead><tbody>${n.byContent.map((x) => html`<tr><td>${x.name}</td><td>${x.n}</td></tr>`)}</tbody><tfoot><tr><th scope="row">合计</th><td>${n.total}</td></tr></tfoot></table>`
}
<p class="help">截至 ${formal(n.at.slice(0, 10) as Day)}${n.at.slice(10)}，每十分钟更新。密封办理的不在内；不足十件的类别并入“其他”。</p>`

export const noticePage = (f: Frame, n: Omit<PublicNotice, 'item' | 'itemId' | 'period'>): Html => html`
<article><h1>${n.title}</h1><p>${openKinds[n.kind]} · ${n.village || '镇'} · ${formal(n.postedOn)}公开${n.untilOn && `，公开到 ${formal(n.untilOn)}`}</p>
${n.body.split(/\n+/).map((line) => html`<p>${line}</p>`)}</article>
${n.files.length > 0 && html`<h2>附件</h2><ul>${n.files.map((x) => html`<li><a href="${to(f, `/c/open/${n.id}/files/${x.id}`)}" download>${x.name}</a></li>`)}</ul>`}
<p class="noprint"><a href="${to(f, '/c/open')}">回到公开</a></p>`
