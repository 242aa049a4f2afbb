/** A Chinese sentence for the person: the rule says no. HTTP 409. */
export class Refused extends Error {
  readonly status: number = 409
}

/** Not there, or not visible to who asks: the two are the same answer. HTTP 404. */
export class NotFound extends Refused {
  override readonly status = 404
  constructor(message = '没有找到，或者您没有查看的权限') {
    super(message)
  }
}

/** The posts of who asks don't reach so far. HTTP 403. */
export class Forbidden extends Refused {
  override readonly status = 403
}

/** The input is wrong; `fields` names each field with its sentence. HTTP 400. */
export class Invalid extends Refused {
  override readonly status = 400
  readonly fields: Record<string, string>
  constructor(message: string, fields: Record<string, string> = {}) {
    super(message)
    this.fields = fields
  }
}

/** Not signed in, or the session ended. HTTP 401. */
export class SignedOut extends Refused {
  override readonly status = 401
  constructor(message = '请先登录；您已填写的内容仍保存在本机') {
    super(message)
  }
}

/** The database, or the place where files are kept, is away; nothing typed is lost. HTTP 503. */
export class Unavailable extends Refused {
  override readonly status = 503
  constructor(message = '数据库暂时连不上，您填写的内容没有丢失，请稍后重试', options?: ErrorOptions) {
    super(message)
    this.cause = options?.cause
  }
}
