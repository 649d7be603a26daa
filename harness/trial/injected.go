package trial

import (
	"maps"
	"slices"

	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/lab"
	"github.com/failwell/failwell/harness/system"
)

// acts are those of an injection, and those by which its links are carried out.
func acts(l *lab.Lab, in fault.Injection) []fault.Act {
	var all []fault.Act
	for _, name := range lostNames(in) {
		all = append(all, fault.Act{On: "system", Do: system.LoseName, Args: map[string]string{"name": l.Names()[name+".host"]}})
	}
	return append(all, l.BehindTaps(in.Acts)...)
}

// lostNames are the dependencies whose names do not resolve.
func lostNames(in fault.Injection) []string {
	var names []string
	for _, link := range in.Links {
		if link.State == fault.Gone {
			names = append(names, link.On)
		}
	}
	return names
}

// withoutNames is an injection as a rig carries it out: where a name is gone, the rig has only to let old connections go.
func withoutNames(in fault.Injection) fault.Injection {
	in.Links = slices.Clone(in.Links)
	for i, l := range in.Links {
		if l.State == fault.Gone {
			in.Links[i].State = fault.Open
		}
	}
	return in
}

// rigged is what the rig carries out of an injection. From a network that was cut there may be side ways to a fake (by way of
// the network of published ports to this machine); who comes by one finds silence.
func (t *trial) rigged(in fault.Injection) fault.Injection {
	in = withoutNames(in)
	for _, a := range in.Acts {
		if a.Do != fault.Disconnect {
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(t.Config.Fakes)) {
			in.Links = append(in.Links, fault.Link{On: name, State: fault.Silent, Existing: fault.Stall, After: a.At.After, For: a.At.For.D})
		}
	}
	return in
}
