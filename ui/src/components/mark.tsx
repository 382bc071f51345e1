/** The product's mark: a jack with its cable. */
export function Mark({ size = 20 }: { size?: number }) {
  return (
    <svg viewBox="0 0 64 64" width={size} height={size} fill="none" aria-hidden>
      <rect x="2" y="2" width="60" height="60" rx="15" fill="#26221d" />
      <path
        d="M25.3 42.25A15.75 15.75 0 1 1 38.7 42.25"
        stroke="#f7f2eb"
        strokeWidth="6.5"
        transform="translate(0 .5)"
      />
      <path d="M32 28.5V46c0 9 4 13 12 16" stroke="#e2833f" strokeWidth="6.5" />
      <circle cx="32" cy="28.5" r="6.75" fill="#e2833f" />
    </svg>
  );
}
