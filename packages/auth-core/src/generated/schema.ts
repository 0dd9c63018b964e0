// Generated from spec/auth.openapi.yaml by `pnpm generate`; do not edit.

export interface paths {
    readonly "/auth/v1/certs": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Get the public keys
         * @description The public keys of the signatures of access tokens, which are RS256 and name their key in `kid`. Not documented by the vendor.
         */
        readonly get: operations["getCerts"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/auth/v1/revoke": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Revoke a token
         * @description Ends the token, like signing out. Whether it is dead is for `verifyToken` to say: until then it remains valid by its signature.
         */
        readonly post: operations["revokeToken"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/auth/v1/token/introspect": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Verify a token
         * @description Answers with what the token stands for, or with an empty object when it is invalid, expired or revoked.
         */
        readonly get: operations["verifyToken"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description An error, in the words of the service or of the gateway in front of it. */
        readonly ApiErrorBody: components["schemas"]["ErrorBody"] | components["schemas"]["GatewayErrorBody"];
        /** @description An error of the service. */
        readonly ErrorBody: {
            /** @description Name of the error, in capitals */
            readonly code?: string;
            /** @description Further facts, each of its own shape */
            readonly details?: readonly Record<string, unknown>[];
            /** @description Name of the error, in lower case */
            readonly error: string;
            /**
             * Format: int32
             * @description gRPC status to 16; others from 4001
             */
            readonly error_code?: number;
            /** @description For people */
            readonly error_description?: string;
        };
        /** @description An error of the gateway, which the request did not get past. */
        readonly GatewayErrorBody: {
            /** @description Name of the error, in capitals */
            readonly code: string;
            /** @description For people */
            readonly message?: string;
            /** @description Id under which the gateway logged the request */
            readonly requestId?: string;
        };
        /** @description The token is invalid, expired or revoked. */
        readonly InactiveToken: Record<string, unknown>;
        /** @description A JSON Web Key set (RFC 7517 section 5) */
        readonly KeySet: {
            readonly keys: readonly {
                /** @description `RS256` */
                readonly alg?: string;
                /** @description Exponent, in base64url */
                readonly e?: string;
                /** @description Id of the key, which tokens name in their header */
                readonly kid?: string;
                /** @description Kind of the key, `RSA` so far */
                readonly kty: string;
                /** @description Modulus, in base64url */
                readonly n?: string;
                /** @description `sig` */
                readonly use?: string;
            }[];
        };
        /** @description An error with status 400 that means that the token is dead. */
        readonly RejectedTokenError: {
            /** @constant */
            readonly error_code: 9;
        } | {
            readonly error: string;
        };
        /** @description What a good token stands for. More properties may come. */
        readonly TokenInfo: {
            /** @description Client id that the token was issued to */
            readonly client_id?: string;
            /** @description Scopes, separated by spaces */
            readonly scope?: string;
            /** @description User id, often a decimal number beyond 2^53 */
            readonly sub: string;
            /** @description Always `Bearer` so far */
            readonly token_type?: string;
        };
        /** @description An error with status 401 that means that the token is dead. */
        readonly UnauthenticatedTokenError: {
            /** @constant */
            readonly error_code: 16;
        } | {
            /** @enum {unknown} */
            readonly code: "ACCESS_TOKEN_INVALID" | "ACCESS_TOKEN_EXPIRED" | "ACCESS_TOKEN_KID_INVALID" | "INVALID_ACCESS_TOKEN";
        };
    };
    responses: {
        /** @description The token is dead (`RejectedTokenError`), or the request is at fault. */
        readonly BadRequest: {
            headers: {
                readonly "x-request-id": components["headers"]["RequestId"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["RejectedTokenError"] | components["schemas"]["ApiErrorBody"];
            };
        };
        /** @description A policy forbids the call. */
        readonly Forbidden: {
            headers: {
                readonly "x-request-id": components["headers"]["RequestId"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["ApiErrorBody"];
            };
        };
        /** @description The service failed. */
        readonly InternalError: {
            headers: {
                readonly "x-request-id": components["headers"]["RequestId"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["ApiErrorBody"];
            };
        };
        /** @description There is no such environment, path or resource. */
        readonly NotFound: {
            headers: {
                readonly "x-request-id": components["headers"]["RequestId"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["ApiErrorBody"];
            };
        };
        /** @description A rate or quota is used up. */
        readonly TooManyRequests: {
            headers: {
                readonly "retry-after": components["headers"]["RetryAfter"];
                readonly "x-request-id": components["headers"]["RequestId"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["ApiErrorBody"];
            };
        };
        /** @description The token is dead (`UnauthenticatedTokenError`), or there was none to look at. */
        readonly Unauthorized: {
            headers: {
                readonly "x-request-id": components["headers"]["RequestId"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["UnauthenticatedTokenError"] | components["schemas"]["ApiErrorBody"];
            };
        };
        /** @description The service is not there at the moment. */
        readonly Unavailable: {
            headers: {
                readonly "retry-after": components["headers"]["RetryAfter"];
                readonly "x-request-id": components["headers"]["RequestId"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["ApiErrorBody"];
            };
        };
        /** @description Any other status. The gateway documents 402 (environment overdue or isolated), 423 (feature or route disabled) and 451 (blocked); none of them says anything about the token. */
        readonly UnexpectedError: {
            headers: {
                readonly "retry-after": components["headers"]["RetryAfter"];
                readonly "x-request-id": components["headers"]["RequestId"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["ApiErrorBody"];
            };
        };
    };
    parameters: {
        /**
         * @description Client id of the application. The service takes the environment id when it is left out.
         * @example my-env
         */
        readonly ClientId: string;
        /**
         * @description Id of the signed-in device, made at random by the client and kept there. It counts towards the number of signed-in devices of the account.
         * @example made-up-device-id
         */
        readonly DeviceId: string;
    };
    requestBodies: never;
    headers: {
        /**
         * @description Id under which the service logged the request. Assumed; may be missing.
         * @example made-up-request-id
         */
        readonly RequestId: string;
        /**
         * @description When to try again, in seconds or as an HTTP date. Assumed; may be missing.
         * @example 1
         */
        readonly RetryAfter: string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    readonly getCerts: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The keys that are in use, and perhaps the next ones. */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["KeySet"];
                };
            };
            readonly 404: components["responses"]["NotFound"];
            readonly 429: components["responses"]["TooManyRequests"];
            readonly 500: components["responses"]["InternalError"];
            readonly 503: components["responses"]["Unavailable"];
            readonly default: components["responses"]["UnexpectedError"];
        };
    };
    readonly revokeToken: {
        readonly parameters: {
            readonly query?: {
                /**
                 * @description Client id of the application. The service takes the environment id when it is left out.
                 * @example my-env
                 */
                readonly client_id?: components["parameters"]["ClientId"];
            };
            readonly header?: {
                /**
                 * @description Id of the signed-in device, made at random by the client and kept there. It counts towards the number of signed-in devices of the account.
                 * @example made-up-device-id
                 */
                readonly "x-device-id"?: components["parameters"]["DeviceId"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        /** @description Anything, or nothing: only the bearer token is documented. The vendor's own SDK names the token in the body instead, as JSON under the content type text/plain. */
        readonly requestBody?: {
            readonly content: {
                readonly "application/json": unknown;
                readonly "text/plain": unknown;
            };
        };
        readonly responses: {
            /** @description The token is revoked. The body is not specified; it is JSON. */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": unknown;
                };
            };
            readonly 400: components["responses"]["BadRequest"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["NotFound"];
            readonly 429: components["responses"]["TooManyRequests"];
            readonly 500: components["responses"]["InternalError"];
            readonly 503: components["responses"]["Unavailable"];
            readonly default: components["responses"]["UnexpectedError"];
        };
    };
    readonly verifyToken: {
        readonly parameters: {
            readonly query?: {
                /**
                 * @description Client id of the application. The service takes the environment id when it is left out.
                 * @example my-env
                 */
                readonly client_id?: components["parameters"]["ClientId"];
            };
            readonly header?: {
                /**
                 * @description Id of the signed-in device, made at random by the client and kept there. It counts towards the number of signed-in devices of the account.
                 * @example made-up-device-id
                 */
                readonly "x-device-id"?: components["parameters"]["DeviceId"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The token's claims if it is good, `{}` if it is not. */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["TokenInfo"] | components["schemas"]["InactiveToken"];
                };
            };
            readonly 400: components["responses"]["BadRequest"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["NotFound"];
            readonly 429: components["responses"]["TooManyRequests"];
            readonly 500: components["responses"]["InternalError"];
            readonly 503: components["responses"]["Unavailable"];
            readonly default: components["responses"]["UnexpectedError"];
        };
    };
}
