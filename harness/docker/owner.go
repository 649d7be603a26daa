package docker

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// The labels of everything that failwell makes in an engine.
const (
	labelRun   = "failwell.run"   // PID-START
	labelPID   = "failwell.pid"   // of the owner
	labelStart = "failwell.start" // when the owner started
	labelBoot  = "failwell.boot"  // which start of which machine both count in
	labelPart  = "failwell.part"  // what it is to the lab
	labelImage = "failwell.image" // of images only: what they were made of
)

// owner is a process that has containers.
type owner struct {
	pid         int
	start, boot string
}

// self is this process.
func self() (owner, error) {
	start, ok := startOf(os.Getpid())
	if !ok {
		return owner{}, fmt.Errorf("find out when this process started")
	}
	return owner{pid: os.Getpid(), start: start, boot: boot()}, nil
}

func (o owner) labels(more map[string]string) map[string]string {
	l := map[string]string{
		labelRun: o.run(), labelPID: strconv.Itoa(o.pid), labelStart: o.start, labelBoot: o.boot,
	}
	maps.Copy(l, more)
	return l
}

func (o owner) run() string { return fmt.Sprintf("%d-%s", o.pid, o.start) }

// ownerOf reads the labels; false: it is not failwell's.
func ownerOf(labels map[string]string) (owner, bool) {
	pid, err := strconv.Atoi(labels[labelPID])
	return owner{pid: pid, start: labels[labelStart], boot: labels[labelBoot]}, err == nil && labels[labelRun] != ""
}

// isDead tells whether the owner cannot come back for what is its own. Of another machine's processes nothing is known; on a
// local engine there are none.
func (o owner) isDead(local bool) bool {
	if o.boot != boot() {
		return local
	}
	start, there := startOf(o.pid)
	return !there || start != o.start
}

// startOf gives the start time of a process, in the system's own form; false: there is none, or only its remains.
func startOf(pid int) (string, bool) {
	if content, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)); err == nil {
		// The name in brackets may hold anything; the state is the first field after it, the start time the twentieth.
		fields := strings.Fields(string(content[strings.LastIndexByte(string(content), ')')+1:]))
		return fields[19], fields[0] != "Z" && fields[0] != "X"
	}
	if _, err := os.Stat("/proc/self/stat"); err == nil {
		return "", false
	}
	out, err := exec.Command("ps", "-o", "lstart=", "-p", strconv.Itoa(pid)).Output()
	text := strings.Join(strings.Fields(string(out)), "_")
	return text, err == nil && text != ""
}

func boot() string {
	if id, err := os.ReadFile("/proc/sys/kernel/random/boot_id"); err == nil {
		return strings.TrimSpace(string(id))
	}
	name, _ := os.Hostname()
	return name
}
