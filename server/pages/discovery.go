package pages

// Discovery are the addresses at which the page is there for those who embed it.
func (m *Model) Discovery() []Format { return nil }
