/** What the help says, in Chinese; see `chinese`. */
export const chineseHelp: Readonly<Record<string, string>> = {
  'Usage:': '用法：',
  'Options:': '选项：',
  'Commands:': '命令：',
  'Examples:': '示例：',
  'Exit codes:': '退出码：',
  'With --file:': '与 --file 一起使用：',
  'Which service:': '访问哪个服务：',
  'display help for command': '显示帮助',
  'output the version number': '显示版本号',
  'Generate shell completion scripts': '生成 Shell 自动补全脚本',
  'Show how a command is used': '显示某个命令的用法',
  'Verify and revoke access tokens of Tencent CloudBase': '验证和撤销腾讯云开发的访问令牌',
  'Ask the service whether a token is alive': '向服务询问令牌是否有效',
  'Revoke a token, or a file of them': '撤销一个令牌，或一个文件里的全部令牌',
  'End every session of a user, in the fleet that shares a Redis':
    '结束某个用户在共用同一个 Redis 的所有进程中的全部会话',
  'the user id, as verify prints it': '用户 ID，即 verify 输出的 sub',
  'only sessions from before, such as 2026-11-26T08:00:00Z (default: now)':
    '只结束此时间之前的会话，例如 2026-11-26T08:00:00Z（默认：现在）',
  'the Redis of the fleet, without a password (or TOKENWARD_REDIS_URL, with one)':
    '进程共用的 Redis，不含密码（或 TOKENWARD_REDIS_URL，可含密码）',
  'how long the fleet remembers it, at least as long as a token can live':
    '集群记住多久，不短于令牌的最长有效期',
  'the prefix of its createRedisStore (default: tokenward)': '其 createRedisStore 的前缀（默认：tokenward）',
  'Arguments:': '参数：',
  'Find out why the service cannot be used as expected': '找出服务无法正常使用的原因',
  'Run a mock of the service': '运行一个模拟服务',
  'print the result as one line of JSON': '以一行 JSON 输出结果',
  'do not warn of a token issued for another environment or application': '令牌属于其他环境或应用时不警告',
  'count how many tokens of a file are alive; plain or .gz; - is stdin':
    '统计文件中有多少令牌有效；纯文本或 .gz；- 表示标准输入',
  'where the state of each line is written (default: nowhere)': '每一行的状态写到哪里（默认：不写）',
  'ask again until the service says that the token is dead': '反复询问，直到服务确认令牌已失效',
  'also send tokens that were issued for another environment or application':
    '属于其他环境或应用的令牌也发送',
  'revoke each line of a file, plain or .gz; - is stdin': '撤销文件的每一行；纯文本或 .gz；- 表示标准输入',
  'where outcomes are kept (default: <file>.journal)': '结果记录在哪里（默认：<file>.journal）',
  'go on where an earlier run with this journal stopped': '从同一份记录上次中断的地方继续',
  'the outcome of each line (default: <file>.report.csv)': '每一行的结果（默认：<file>.report.csv）',
  'also check that pages of this origin may call the service': '同时检查该来源的页面能否调用服务',
  'do not look at a token': '不检查令牌',
  'CSV column by its header or number, or field of JSON lines': 'CSV 的列（列名或序号），或每行 JSON 的字段',
  'tokens at a time': '同时处理的令牌数',
  'at most so many tokens a second': '每秒最多处理的令牌数',
  'stop after so many failures in a row': '连续失败这么多次后停止',
  'environment id, such as my-env-1a2b3c (or TOKENWARD_ENV)':
    '环境 ID，例如 my-env-1a2b3c（或 TOKENWARD_ENV）',
  'its region (or TOKENWARD_REGION; default: ap-shanghai)': '地域（或 TOKENWARD_REGION；默认：ap-shanghai）',
  'address of the service instead, such as that of a mock (or TOKENWARD_BASE_URL)':
    '改用此服务地址，例如模拟服务（或 TOKENWARD_BASE_URL）',
  'take a --base-url of plain http: beyond this machine; for tests only':
    '--base-url 允许使用本机之外的 http:；仅限测试',
  'application, sent as client_id (or TOKENWARD_CLIENT_ID)':
    '应用，作为 client_id 发送（或 TOKENWARD_CLIENT_ID）',
  'device, sent as x-device-id (default: none is sent)': '设备，作为 x-device-id 发送（默认：不发送）',
  'time for one token, all retries included': '每个令牌的时限，包含全部重试',
  'how often a request is repeated after an outage, for about a tenth of all requests':
    '服务故障后重试的次数，总量约为全部请求的十分之一',
  'no limit': '不限',
  'port to listen on; 0 takes a free one': '监听的端口；0 表示任选空闲端口',
  'address to listen on (default: 127.0.0.1)': '监听的地址（默认：127.0.0.1）',
  'client that tokens are issued for (default: mock-env)': '令牌签发给哪个应用（默认：mock-env）',
  'origin whose pages may call; repeatable (default: every origin)':
    '允许调用的页面来源；可重复（默认：任何来源）',
  'lets these pages issue tokens by POST /__mock/tokens': '允许这些页面用 POST /__mock/tokens 签发令牌',
  'JSON file of tokens and faults to begin with': '启动时载入令牌和故障的 JSON 文件',
  'serves HTTPS, with a certificate that is made at the start': '提供 HTTPS，启动时生成证书',
  'another host name that the made certificate is good for; repeatable':
    '生成的证书还适用于哪些主机名；可重复',
  'certificate of your own in PEM, with --key': '你自己的 PEM 证书，与 --key 一起使用',
  'private key of that certificate in PEM': '该证书的 PEM 私钥',
  'serves HTTPS and writes the certificate there, for NODE_EXTRA_CA_CERTS of the clients':
    '提供 HTTPS 并把证书写到该文件，供客户端的 NODE_EXTRA_CA_CERTS 使用',
  '{}, {n} to {n} (default: {})': '{0}，{1} 到 {2}（默认：{3}）',
  '{}, {n} to {n}': '{0}，{1} 到 {2}',
  '{} asks for the token, without echo': '{0}提示输入令牌，不回显',
  '{} how many are alive? Revokes none': '{0}还有多少有效？不会撤销任何令牌',
  '0    yes: the token is active (verify), everything is revoked, and with --confirm known to be dead (revoke), the fleet is told (sign-out-user), nothing is wrong (doctor)':
    '0    是：令牌有效（verify），全部已撤销，使用 --confirm 时已确认失效（revoke），已通知各进程（sign-out-user），没有问题（doctor）',
  '1    no: inactive, something may still be alive, a check failed':
    '1    否：令牌已失效，有的可能仍有效，有检查未通过',
  '2    the command line, the configuration or the input cannot be used; nothing was sent':
    '2    命令行、配置或输入不可用；没有发送任何请求',
  '3    not known: the service or Redis could not be asked, the input was not read to its end, or not all was written':
    '3    未知：无法询问服务或 Redis、输入没有读完，或没有全部写入文件',
  '4    a token was issued for another environment or application; see --any-environment':
    '4    有令牌属于其他环境或应用；见 --any-environment',
  '130  stopped by Ctrl-C': '130  被 Ctrl-C 中断',
  'A token is read from TOKENWARD_TOKEN, from a prompt without echo, or from stdin; never from the command line.':
    '令牌从 TOKENWARD_TOKEN、无回显的输入提示或标准输入读取，绝不从命令行读取。',
  'Requests go through the proxy of HTTPS_PROXY, HTTP_PROXY or ALL_PROXY, unless NO_PROXY names the host.':
    '请求会经过 HTTPS_PROXY、HTTP_PROXY 或 ALL_PROXY 指定的代理，除非 NO_PROXY 包含该主机。',
}
