package pages

// asJSON are a question's variables as they would arrive by JSON: the engine
// knows a list by that type alone, and the same question comes by curl.
func asJSON(variables map[string]any) map[string]any {
	out := make(map[string]any, len(variables))
	for name, v := range variables {
		switch v := v.(type) {
		case []string:
			list := make([]any, len(v))
			for i, s := range v {
				list[i] = s
			}
			out[name] = list
		case map[string]any:
			out[name] = asJSON(v)
		default:
			out[name] = v
		}
	}
	return out
}
