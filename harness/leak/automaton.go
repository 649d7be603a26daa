package leak

// An automaton is the machine of Aho and Corasick (CACM 18:6, 1975) over folded
// bytes, with bytes that no trigger contains sharing one column.
type automaton struct {
	class [256]uint8
	shift uint
	next  []uint16  // state<<shift | class -> state; states from accept on end a trigger
	ends  [][]int32 // by state: the rules whose triggers end there
	hits  []bool    // by state
}

func newAutomaton(rules []compiled) *automaton {
	a := &automaton{}
	classes := 1
	for _, r := range rules {
		for _, t := range r.triggers {
			for i := range len(t) {
				if c := fold[t[i]]; a.class[c] == 0 {
					a.class[c] = uint8(classes)
					classes++
				}
			}
		}
	}
	for c := 'A'; c <= 'Z'; c++ {
		a.class[c] = a.class[fold[c]]
	}
	for 1<<a.shift < classes {
		a.shift++
	}
	a.grow()
	for i, r := range rules {
		for _, t := range r.triggers {
			a.insert(t, int32(i))
		}
	}
	a.link()
	return a
}

func (a *automaton) grow() uint16 {
	a.next = append(a.next, make([]uint16, 1<<a.shift)...)
	a.ends = append(a.ends, nil)
	return uint16(len(a.ends) - 1)
}

func (a *automaton) insert(trigger string, rule int32) {
	state := uint16(0)
	for i := range len(trigger) {
		at := uint32(state)<<a.shift | uint32(a.class[trigger[i]])
		if a.next[at] == 0 {
			a.next[at] = a.grow()
		}
		state = a.next[at]
	}
	a.ends[state] = append(a.ends[state], rule)
}

// link turns the tree into a machine without steps back, breadth first.
func (a *automaton) link() {
	width := uint32(1) << a.shift
	back := make([]uint16, len(a.ends))
	var queue []uint16
	for c := range width {
		if to := a.next[c]; to != 0 {
			queue = append(queue, to)
		}
	}
	for len(queue) > 0 {
		state := queue[0]
		queue = queue[1:]
		a.ends[state] = append(a.ends[state], a.ends[back[state]]...)
		for c := range width {
			at, fallback := uint32(state)<<a.shift|c, a.next[uint32(back[state])<<a.shift|c]
			if to := a.next[at]; to == 0 {
				a.next[at] = fallback
			} else {
				back[to] = fallback
				queue = append(queue, to)
			}
		}
	}
	a.hits = make([]bool, len(a.ends))
	for state, ends := range a.ends {
		a.hits[state] = len(ends) > 0
	}
}

// find calls yield with every rule whose trigger ends before end.
func (a *automaton) find(text string, yield func(rule int32, end int)) {
	state := uint16(0)
	for i := 0; i < len(text); i++ {
		state = a.next[uint32(state)<<a.shift|uint32(a.class[text[i]])]
		if a.hits[state] {
			for _, rule := range a.ends[state] {
				yield(rule, i+1)
			}
		}
	}
}
