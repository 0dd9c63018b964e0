// A self-signed certificate, made at start. node:crypto reads certificates and makes none, so the few parts of X.509 (RFC 5280) that one
// needs are written here in DER.
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { isIP, SocketAddress } from 'node:net'

/** A private key and the certificate that belongs to it, both in PEM. */
export interface KeyAndCertificate {
  readonly key: string
  readonly cert: string
}

const dayMs = 24 * 3600 * 1000

/**
 * Makes a key and a self-signed certificate for it, valid for a year from yesterday, so that a client whose clock is a little behind takes it.
 *
 * @param names the host names and IP addresses that it is good for
 */
export function createCertificate(names: readonly string[], now: number = Date.now()): KeyAndCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const name = sequence(der(0x31, sequence(objectId('550403'), der(0x0c, Buffer.from('auth-mock')))))
  const content = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    ecdsaWithSha256,
    name,
    sequence(time(now - dayMs), time(now + 365 * dayMs)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(basicConstraints, subjectAltNames(names))),
  )
  const signature = sign('sha256', content, privateKey)
  const certificate = sequence(content, ecdsaWithSha256, der(0x03, Buffer.from([0]), signature))
  const key = String(privateKey.export({ type: 'pkcs8', format: 'pem' }))
  return { key, cert: toPem(certificate) }
}

/** One value of DER: a tag, the length, the content. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, ...parts)
const integer = (bytes: Buffer): Buffer => der(0x02, bytes)
const objectId = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'))
const ecdsaWithSha256 = sequence(objectId('2a8648ce3d040302'))

// A certificate that vouches for itself has to be one of an authority, or some clients refuse to trust it.
const basicConstraints = sequence(
  objectId('551d13'),
  der(0x01, Buffer.from([0xff])),
  der(0x04, sequence(der(0x01, Buffer.from([0xff])))),
)

function subjectAltNames(names: readonly string[]): Buffer {
  const items = names.map((name) =>
    isIP(name) ? der(0x87, addressBytes(name)) : der(0x82, Buffer.from(name, 'latin1')),
  )
  return sequence(objectId('551d11'), der(0x04, sequence(...items)))
}

function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number))
  // The platform spells every IPv6 address in one way: eight groups, of which `::` leaves out those that are zero.
  const { address: spelled } = new SocketAddress({ address, family: 'ipv6' })
  const [head = '', tail] = spelled.split('::')
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'))
  const missing = tail === undefined ? 0 : 8 - groups(head).length - groups(tail).length
  const all = [...groups(head), ...Array<string>(missing).fill('0'), ...groups(tail ?? '')]
  return Buffer.from(all.map((group) => group.padStart(4, '0')).join(''), 'hex')
}

function time(at: number): Buffer {
  // UTCTime, as RFC 5280 wants it until 2049: 261125204142Z.
  return der(0x17, Buffer.from(`${new Date(at).toISOString().slice(2, 19).replaceAll(/[-:T]/g, '')}Z`))
}

function toPem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}
