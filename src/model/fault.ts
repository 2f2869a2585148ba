// Pure: expected failures as values; what a vendor's fault means for caller and vendor: an exhaustive switch each.

export type Result<T, F = Fault> = { ok: true; value: T } | { ok: false; fault: F };
export const ok = <T>(value: T): { ok: true; value: T } => ({ ok: true, value });
export const fail = <F>(fault: F): { ok: false; fault: F } => ({ ok: false, fault });

/** Why a look at a vendor gave no task. `detail` is a sentence for people, redacted, without the vendor's key. */
export type Fault =
  /** The vendor says that it does not know the id. */
  | { reason: 'not_found'; detail: string }
  | { reason: 'unauthorized'; detail: string }
  | { reason: 'forbidden'; detail: string }
  | { reason: 'rate_limited'; detail: string; retry_after_ms: number | null }
  /** Vendor down, slow or out of reach. `status` is null where no answer came. */
  | { reason: 'unavailable'; detail: string; status: number | null; retry_after_ms: number | null }
  /** An answer that no relay API gives: `detail` names which. */
  | {
      reason: 'bad_answer';
      detail: string;
      status: number;
      what: 'html' | 'empty' | 'broken_json' | 'no_task' | 'no_endpoint';
    }
  /** Our own limits: the invocation's budget of requests or time is used up. Never the vendor's fault. */
  | { reason: 'own_limit'; detail: string };

/** The problem code by which callers meet a fault, in answers and as `tracking.last_error` (src/http/README.md). */
export function faultCode(fault: Fault) {
  switch (fault.reason) {
    case 'not_found':
      return 'not_found';
    case 'unauthorized':
      return 'vendor_unauthorized';
    case 'forbidden':
      return 'vendor_forbidden';
    case 'rate_limited':
      return 'vendor_rate_limited';
    case 'unavailable':
    case 'own_limit':
      return 'vendor_unavailable';
    case 'bad_answer':
      return 'vendor_bad_answer';
  }
}
