import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A certificate with its key, as PEM. */
export interface Certificate {
  readonly key: string
  readonly cert: string
}

/** An authority of its own, and what it has signed. */
export interface Certificates {
  readonly authority: Certificate
  /** The file of the authority's certificate, for `NODE_EXTRA_CA_CERTS`. */
  readonly authorityFile: string
  /** Of a server named `localhost`, `127.0.0.1` and by the names given. */
  readonly server: Certificate
  readonly client: Certificate
}

const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']

/**
 * Makes certificates with openssl. They are valid for two days.
 *
 * @param folder where the files are written
 * @param names more host names of the server
 */
export function createCertificates(folder: string, ...names: readonly string[]): Certificates {
  const path = (file: string): string => join(folder, file)
  const openssl = (...args: readonly string[]): void => {
    execFileSync('openssl', args, { stdio: 'ignore' })
  }
  const read = (name: string): Certificate => ({
    key: readFileSync(path(`${name}.key`), 'utf8'),
    cert: readFileSync(path(`${name}.crt`), 'utf8'),
  })

  function sign(name: string, extensions: string): Certificate {
    const request = ['-keyout', path(`${name}.key`), '-out', path(`${name}.csr`), '-subj', `/CN=${name}`]
    openssl('req', ...curve.slice(0, -2), ...request)
    writeFileSync(path(`${name}.ext`), extensions)
    const authority = ['-CA', path('authority.crt'), '-CAkey', path('authority.key'), '-CAcreateserial']
    const files = ['-in', path(`${name}.csr`), '-out', path(`${name}.crt`), '-extfile', path(`${name}.ext`)]
    openssl('x509', '-req', '-days', '2', ...authority, ...files)
    return read(name)
  }

  const out = ['-keyout', path('authority.key'), '-out', path('authority.crt'), '-subj', '/CN=authority']
  openssl('req', '-x509', ...curve, ...out)
  const hosts = ['IP:127.0.0.1', ...['localhost', ...names].map((name) => `DNS:${name}`)]
  return {
    authority: read('authority'),
    authorityFile: path('authority.crt'),
    server: sign('server', `subjectAltName=${hosts.join(',')}`),
    client: sign('client', 'extendedKeyUsage=clientAuth'),
  }
}
