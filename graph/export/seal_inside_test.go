package export

// SealForTest is b, with its seal behind it.
func SealForTest(b []byte) []byte { return sealed(append(append([]byte{}, b...), sealToken...)) }
