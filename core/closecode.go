package core

// Close codes of RFC 6455, section 7.4.1.
const (
	codeNormal        = 1000
	codeProtocolError = 1002
	codeUnsupported   = 1003
	codeAbnormal      = 1006 // never on the wire
	codeInvalidData   = 1007
	codePolicy        = 1008
	codeTooBig        = 1009
	codeExtension     = 1010
)

// classOfCode tells what the end of an open connection means. Only the user's
// own close means stop; the codes that say "you did something wrong" mean that
// coming back at once would end the same way.
func classOfCode(code int) Class {
	switch code {
	case codeAbnormal:
		return ConnectionLost
	case codePolicy, codeProtocolError, codeUnsupported, codeInvalidData, codeTooBig, codeExtension:
		return ClosedByPolicy
	}
	return ClosedByServer
}
