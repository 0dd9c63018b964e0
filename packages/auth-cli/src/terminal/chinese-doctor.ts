/** What `doctor` says, in Chinese; see `chinese`. */
export const chineseDoctor: Readonly<Record<string, string>> = {
  // What was looked at
  ok: '正常',
  warn: '注意',
  fail: '失败',
  skip: '跳过',
  host: '主机',
  proxy: '代理',
  dns: '域名解析',
  tls: '证书',
  answer: '响应',
  clock: '时钟',
  latency: '延迟',
  origin: '页面来源',
  'device id': '设备 ID',
  'token itself': '令牌本身',
  'token at the service': '服务端的令牌',
  ', ': '、',
  'nothing to mend': '没有需要修复的问题',
  'to be mended: {}; to be looked at: {}': '需要修复：{0}；需要留意：{1}',
  'to be mended: {}': '需要修复：{0}',
  'works; to be looked at: {}': '可以使用；需要留意：{0}',

  // What was found
  '{}, the international side': '{0}，国际站',
  '{}, the mainland side': '{0}，国内站',
  '{}, a host of your own': '{0}，自定义主机',
  'none is used for this host; see HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY':
    '该主机不使用代理；参见 HTTPS_PROXY、HTTP_PROXY、ALL_PROXY 和 NO_PROXY',
  'everything goes through {}, with a user and a password': '所有请求都经过 {0}，带用户名和密码',
  'everything goes through {}': '所有请求都经过 {0}',
  'the proxy {} resolves the name': '域名由代理 {0} 解析',
  'the address is a number, not a name': '地址是 IP，不是域名',
  '{} cannot be resolved ({})': '无法解析 {0}（{1}）',
  'check the environment id and the region: the name is made of both. Where only a proxy may look up names, set HTTPS_PROXY':
    '检查环境 ID 和地域：域名由两者组成。如果只有代理才能解析域名，请设置 HTTPS_PROXY',
  'the name server does not answer: check this machine’s network': 'DNS 服务器没有响应：检查本机网络',
  'plain HTTP within this machine': '明文 HTTP，不离开本机',
  'plain HTTP: everything on the way to {} can read each token':
    '明文 HTTP：到 {0} 途经的任何一方都能读到令牌',
  'give an https: address, except in a test': '除测试外，请使用 https: 地址',
  '{}, and the certificate names no end': '{0}，证书没有写明有效期',
  'tell those who run that host': '请告知该主机的管理者',
  '{}, certificate by {}, valid for {} more': '{0}，证书由 {1} 签发，还有 {2}到期',
  'the certificate runs out soon; tell those who run that host': '证书即将到期；请告知该主机的管理者',
  'the proxy asks for credentials (status 407)': '代理要求认证（状态码 407）',
  'put user and password into the address of the proxy: http://user:password@host:port':
    '在代理地址里写上用户名和密码：http://user:password@host:port',
  'redirected with status {n}': '被重定向，状态码 {0}',
  'redirects are never followed: give the final address with --base-url':
    '从不跟随重定向：请用 --base-url 给出最终地址',
  'status {n}': '状态码 {0}',
  'the service is failing or limiting: wait, then look at the vendor’s status page':
    '服务故障或限流：稍等，然后查看官方状态页',
  'status {n}, but no JSON ({})': '状态码 {0}，但不是 JSON（{1}）',
  'no content type': '没有内容类型',
  'this is not the auth service: a proxy, a login page, or a wrong --base-url':
    '回答的不是认证服务：可能是代理、登录页，或 --base-url 有误',
  'the gateway does not serve this environment: check its id, its region and its bill':
    '网关不为该环境提供服务：检查环境 ID、地域和账单',
  'status {n} to a request without a token, which the service refuses':
    '不带令牌的请求得到状态码 {0}，而认证服务会拒绝这样的请求',
  'another service or a cache answers in its place: check --base-url, and what stands in between':
    '是其他服务或缓存在代替它回答：检查 --base-url 以及中间的各层',
  'status {n} to a request without a token, as expected': '不带令牌的请求得到状态码 {0}，符合预期',
  'the answer has no Date': '响应没有 Date',
  'this machine is {} ahead of the service': '本机比服务快 {0}',
  'this machine is {} behind the service': '本机比服务慢 {0}',
  'synchronise this machine’s clock (NTP): token expiry is judged by it':
    '同步本机时钟（NTP）：令牌是否过期以它判断',
  'median {n} ms, worst {n} ms of {n}': '中位数 {0} 毫秒，{2} 次中最慢 {1} 毫秒',
  'run closer to the region, check the region itself, or allow more with --timeout':
    '部署到离该地域更近的地方，检查地域是否正确，或用 --timeout 放宽时限',
  'no --origin given': '没有给出 --origin',
  'mend the rest first': '请先修复其他问题',
  'the service refuses pages of {}': '服务拒绝来自 {0} 的页面',
  'add {} to the environment’s security domains; a change takes up to 10 minutes':
    '把 {0} 加入环境的安全域名；修改最多 10 分钟生效',
  'the answer does not let pages of {} read it': '响应不允许 {0} 的页面读取',
  'add {} to the environment’s security domains, and look for a proxy that drops CORS headers':
    '把 {0} 加入环境的安全域名，并检查是否有代理丢弃了 CORS 响应头',
  'pages of {} may not send {}': '{0} 的页面不能发送 {1}',
  'the preflight’s list is not the service’s own: look for a proxy that answers it':
    '预检返回的列表不是服务自己的：检查是否有代理代为回答',
  'pages of {} may call': '{0} 的页面可以调用',
  'none is sent, which both operations allow': '不发送，两个接口都允许',
  '{n} characters': '{0} 个字符',
  'the vendor’s SDK keeps only ids of 16 to 48 characters, and makes a new one otherwise':
    '官方 SDK 只保留 16 到 48 个字符的 ID，否则会重新生成',
  'an unnamed issuer': '未具名的签发者',
  'no token given': '没有给出令牌',
  'it cannot be sent as a token ({})': '无法作为令牌发送（{0}）',
  empty: '为空',
  'longer than any token': '比任何令牌都长',
  'a part of a token': '只是令牌的一部分',
  'the word for no value': '表示“没有值”的词',
  '"Bearer" before the token': '令牌前面有 "Bearer"',
  'quotes around the token': '令牌带了引号',
  'more than one column': '不止一列',
  'more than one word': '不止一个词',
  'characters that no token has': '含有令牌里不会出现的字符',
  'give the bare token, without "Bearer", quotes or line breaks': '只给令牌本身，不要 "Bearer"、引号或换行',
  'opaque: it says nothing, which is fine': '不透明令牌：本身不带信息，没有问题',
  'names no expiry': '没有写明有效期',
  'expired {} ago': '已过期 {0}',
  'expires in {}': '{0}后过期',
  'the token was issued for {}, not for {}: name its own with --env and --client-id':
    '令牌签发给 {0}，而不是 {1}：请用 --env 和 --client-id 指定它自己的环境',
  'sign in again': '重新登录',
  'it is valid only in {}: compare the clocks': '{0}后才生效：请核对时钟',
  'it was issued by {}, and {} is asked: see --env and --region':
    '由 {0} 签发，而询问的是 {1}：见 --env 和 --region',
  'active, anonymous, scope {}, client {}': '有效，匿名，scope {0}，应用 {1}',
  'active, scope {}, client {}': '有效，scope {0}，应用 {1}',
  none: '无',
  'what the token says of itself, above, is the likely reason': '原因很可能是上面令牌自身的信息',
  'nothing that the token says of itself explains it: it was revoked, or this service never issued it; sign in again':
    '令牌自身的信息无法解释：它已被撤销，或不是该服务签发的；请重新登录',
  'it was revoked, has expired, or belongs to another environment: check --env, or sign in again':
    '它已被撤销、已过期，或属于其他环境：检查 --env，或重新登录',
  'the service cannot read it as a token (status 400)': '服务无法把它识别为令牌（状态码 400）',
  'check that it is whole: the token that it was meant to be may be alive':
    '检查它是否完整：它原本的令牌可能仍有效',
  'not asked: it cannot be sent as a token': '没有询问：无法作为令牌发送',
  'inactive ({})': '已失效（{0}）',
  expired: '已过期',
  rejected: '被拒绝',
  'the service refuses the caller: check --client-id and the policies':
    '服务拒绝了调用方：检查 --client-id 和权限策略',
  'too many requests: wait, and lower --rate': '请求过多：稍等，并调低 --rate',
  'the service is failing: this says nothing about the token; try again later':
    '服务故障：这不说明令牌的状态；请稍后再试',
  'this says nothing about the token; mend the connection first': '这不说明令牌的状态；请先修复连接',
  'set the clock of this machine; if it is right, the host’s certificate is out of date':
    '校准本机时钟；如果时钟正确，就是对方的证书过期了',
  'the certificate is for another host: check --base-url': '证书属于其他主机：检查 --base-url',
  'something between here and the service opens the connection; add its certificate with NODE_EXTRA_CA_CERTS':
    '本机与服务之间有设备拆开了加密连接；请用 NODE_EXTRA_CA_CERTS 加入它的证书',
  'the service made it itself, as a mock does: add it with NODE_EXTRA_CA_CERTS':
    '证书由服务自己签发，例如模拟服务：请用 NODE_EXTRA_CA_CERTS 加入它',
  'the certificate is not trusted ({})': '证书不受信任（{0}）',
  'the service cannot be reached through the proxy {} ({})': '无法通过代理 {0} 连接服务（{1}）',
  '{}; the address comes from HTTPS_PROXY, HTTP_PROXY or ALL_PROXY, and NO_PROXY names hosts to be reached without it':
    '{0}；地址来自 HTTPS_PROXY、HTTP_PROXY 或 ALL_PROXY，NO_PROXY 列出不经过代理的主机',
  'that port does not speak TLS: check the address': '该端口不支持 TLS：检查地址',
  'nothing listens there: check host and port, or start the mock':
    '那里没有服务在监听：检查主机和端口，或启动模拟服务',
  'something ends the connection: look for a firewall, or for a proxy that has to be named in HTTPS_PROXY':
    '连接被中断：检查防火墙，或是否需要用 HTTPS_PROXY 指定代理',
  'packets are lost: look for a firewall, or for a proxy that has to be named in HTTPS_PROXY':
    '数据包丢失：检查防火墙，或是否需要用 HTTPS_PROXY 指定代理',
  'the service cannot be reached ({})': '无法连接服务（{0}）',
  'check the network between this machine and the host': '检查本机与该主机之间的网络',
  'the proxy wants a user and a password: http://user:password@host:port':
    '代理需要用户名和密码：http://user:password@host:port',
  'the proxy refuses to connect to the service with status {n}': '代理拒绝连接服务，状态码 {0}',
  'nothing answers at the address of the proxy': '代理地址没有响应',
  'look at the proxy and at the network behind it': '检查代理及其后的网络',
}
