package lab

// operated is what is kept in containers: an instance or a backend that tells how often something was done to its container
// or network. Looking at them does not count.
type operated interface{ Operations() int }

func operationsOf(what any) int {
	if o, ok := what.(operated); ok {
		return o.Operations()
	}
	return 0
}

// Operations is how often something was done to a container or a network since the lab began.
func (l *Lab) Operations() int {
	n := l.retired + operationsOf(l.instance)
	if l.site.Operations != nil {
		n += l.site.Operations()
	}
	for _, b := range l.backends {
		n += operationsOf(b)
	}
	return n
}
