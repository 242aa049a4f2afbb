import { formal } from '../kit/day.ts'
import { type Html, html } from '../kit/html.ts'
import type { Own, OwnFile } from './own.ts'
import { wordKinds } from './view.ts'

const section = (title: string, empty: string, items: Html[]): Html =>
  html`<h2>${title}</h2>${items.length ? html`<ul>${items.map((x) => html`<li>${x}</li>`)}</ul>` : html`<p>${empty}</p>`}`
const said = (label: string, text: string) => text && html`<br>${label}：${text}`
const linkOf = (f: OwnFile) => encodeURI(f.file).replace(/#/g, '%23')

/** A page that opens from the unpacked folder without a network. */
export const ownPage = (o: Own, town: string): string =>
  `<!doctype html>${html`<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${o.number} 关于我的全部内容</title>
<style>body{font:1.1rem/1.7 sans-serif;max-width:46rem;margin:0 auto;padding:1rem;color:#1c2430}h1{font-size:1.5rem}h2{font-size:1.2rem;margin:1.6rem 0 .4rem;border-bottom:1px solid #cfd6e0}li{margin:.5rem 0;overflow-wrap:anywhere}p,li{white-space:pre-line}</style></head><body>
<h1>${o.number}　关于我的全部内容</h1>
<p>${town}信访办，${formal(o.takenOn)}由本人凭编号和查询码取出。里面有您的信息，请自己保管好。</p>
<p>工作人员收集的证据、内部的讨论不在里面；几个人一起反映的，别人的电话和住址不在里面；工作人员写的话里，别人的姓名已经隐去。检举和受到打压的反映另外密封，为保护您不放在这里；要看，请带身份证件找镇纪检联络员。调解卷宗里有另一方的话，请到调解中心看。对这里写的有疑问，可以在网页上“更正”，也可以带身份证件到镇信访窗口。</p>
<h2>登记的内容</h2>
<p>${formal(o.registered.receivedOn)}${o.registered.channel}${o.registered.class && `，${o.registered.class}`}${o.registered.village && `，${o.registered.village}`}${o.registered.place && `，${o.registered.place}`}</p>
${(o.registered.content || o.registered.route) && html`<p>归类：${[o.registered.content, o.registered.route].filter(Boolean).join('；')}</p>`}
<p>要求：${o.registered.request}</p>${o.registered.facts && html`<p>经过和理由：${o.registered.facts}</p>`}${o.registered.before && html`<p>以前反映过没有：${o.registered.before}</p>`}
${section(
  '登记的人',
  '没有登记姓名。',
  o.registered.people.map(
    (p) =>
      html`${p.role}　${p.name}${said('电话', p.phone)}${said('住址', p.address)}${said('证件', p.proof)}${said('说明', p.note)}`,
  ),
)}
<h2>办到哪一步</h2><p>${o.progress.headline}</p><ul>${o.progress.steps
    .filter((x) => x.on)
    .map((x) => html`<li>${x.label}　${formal(x.on!)}　${x.words}</li>`)}</ul>
${section(
  '期限',
  '没有正在算的期限。',
  o.limits.map(
    (x) =>
      html`${x.name}：${formal(x.fromOn)}起，${formal(x.dueOn)}止${x.endedOn && `，${formal(x.endedOn)}完成`}（${x.article}）`,
  ),
)}
${section(
  '逐项答复',
  '还没有。',
  o.progress.answered.map((x) => html`${x.request}<br><b>${x.result}</b><br>${x.answer}`),
)}
${section(
  '文书',
  '还没有文书。',
  o.papers.map((d) => html`<a href="${linkOf(d)}">${d.title}</a> ${d.number}　${formal(d.onDay)}`),
)}
${section(
  '送达',
  '还没有。',
  o.services.map((x) => html`${x.title}　${formal(x.servedOn)}　收件人 ${x.receiver}`),
)}
${section(
  '您交的材料',
  '没有。',
  o.materials.map(
    (a) => html`<a href="${linkOf(a)}">${a.name}</a>　${formal(a.onDay)}${said('已经撤下', a.withdrawn)}`,
  ),
)}
${section(
  '请您补充的',
  '没有。',
  o.asks.map((a) => html`${formal(a.onDay)}　${a.body}${a.endedOn && html`<br>${formal(a.endedOn)}：${a.ended}`}`),
)}
${section(
  '您说的话和回音',
  '没有。',
  o.words.map(
    (w) =>
      html`${wordKinds[w.kind]}　${formal(w.onDay)}<br>${w.body}${w.answeredOn && html`<br>回音（${formal(w.answeredOn)}）：${w.answer}`}`,
  ),
)}
${section(
  '工作人员和您联系时记下的',
  '没有。',
  o.talks.map((x) => html`${x.what}　${formal(x.onDay)}${x.way && `　${x.way}`}<br>${x.body}`),
)}
${section(
  '听证、调解、建议采纳',
  '没有。',
  o.course.map((x) => html`${x.what}　${formal(x.onDay)}${x.body && html`<br>${x.body}`}`),
)}
${section(
  '调解卷宗',
  '没有。',
  o.disputes.map(
    (d) => html`${d.number}　${formal(d.registeredOn)}登记　${d.status}${d.endedOn && `　${formal(d.endedOn)}结束`}`,
  ),
)}
${section(
  '解决、解释、帮扶',
  '没有。',
  o.outcomes.map(
    (x) => html`${x.what}　${formal(x.onDay)}${x.done && '　已经落实'}<br>${x.body}${said('交给', x.handedTo)}`,
  ),
)}
${section(
  '要落实的、答应您的',
  '没有。',
  o.owed.map(
    (x) =>
      html`${x.what}：${x.body}${x.by && `，${formal(x.by)}前`}${x.doneOn && `，${formal(x.doneOn)}办了`}${said('情况', x.words)}`,
  ),
)}
${section(
  '接访、走访时说的',
  '没有。',
  o.met.map((x) => html`${x.what}　${formal(x.onDay)}<br>${x.gist}${said('答复', x.answer)}`),
)}
${section(
  '回避',
  '没有。',
  o.recusals.map(
    (x) =>
      html`${x.asked}　${formal(x.onDay)}　${x.status}${x.decidedOn && `（${formal(x.decidedOn)}）`}${said('理由', x.reason)}`,
  ),
)}
${section(
  '评价',
  '还没有评价。',
  o.ratings.map(
    (r) =>
      html`${formal(r.onDay)}　${r.by}：信访办${r.office}${r.unit && `，承办单位${r.unit}`}${Object.entries(r.dimensions).map(([k, v]) => html`<br>${k}：${v}`)}${said('理由', r.reason)}`,
  ),
)}
${section(
  '请求复查、复核',
  '没有。',
  o.reviews.map(
    (r) =>
      html`${r.level}　${formal(r.askedOn)}　${r.organ}　${r.status}${r.outcome && `，${r.outcome}`}${said('理由', r.reasons)}`,
  ),
)}
${section(
  '发给您的短信',
  '没有。',
  o.messages.map((x) => html`${formal(x.onDay)}　${x.sent ? '已发出' : '没有发出'}<br>${x.body}`),
)}
${section(
  '您同意过的',
  '没有。',
  o.consents.map(
    (c) =>
      html`${c.what}${c.givenOn && `　${formal(c.givenOn)}同意`}${c.withdrawnOn && `，${formal(c.withdrawnOn)}收回`}`,
  ),
)}
${section(
  '公开过的答复',
  '没有。',
  o.published.map(
    (x) =>
      html`${x.title}　${formal(x.postedOn)}公开${x.withdrawnOn && `，${formal(x.withdrawnOn)}撤下`}<br>${x.question}<br>${x.answer}`,
  ),
)}
${section(
  '谁看过您的材料',
  '还没有人打开过。',
  o.readers.map((r) => html`${r.who}　${r.times} 次　最近 ${formal(r.last)}`),
)}
<p>同样的内容，机器读的在“data.json”里。</p></body></html>`}`
