// Generated from spec/auth.openapi.yaml by `pnpm generate`; do not edit.

/** The gateway's host in each region. */
export const regionHosts = {
  'ap-shanghai': 'api.tcloudbasegateway.com',
  'ap-guangzhou': 'api.tcloudbasegateway.com',
  'ap-beijing': 'api.tcloudbasegateway.com',
  'ap-chengdu': 'api.tcloudbasegateway.com',
  'ap-chongqing': 'api.tcloudbasegateway.com',
  'ap-nanjing': 'api.tcloudbasegateway.com',
  'ap-hongkong': 'api.tcloudbasegateway.com',
  'ap-shanghai-fsi': 'api.tcloudbasegateway.com',
  'ap-shenzhen-fsi': 'api.tcloudbasegateway.com',
  'ap-singapore': 'api.intl.tcloudbasegateway.com',
} as const

/** The region of an environment that names none. */
export const defaultRegion = 'ap-shanghai'

/** Makes the base URL of an environment. */
export const serverUrl = (envId: string, regionHost: string): string =>
  `https://${envId}.${regionHost}`
