package system

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/fault"
)

// edit makes an edit that is not of a secret.
func (d *draft) edit(e fault.Edit) error {
	kind, name, _ := strings.Cut(e.Setting, ".")
	switch {
	case kind == "env" && name != "":
		return d.editEnv(e, name)
	case kind == "arg":
		return d.editArgument(e, name)
	case kind == "file" && name != "":
		return d.editFile(e, name)
	}
	return notApplicable(e, "no such setting; there are env.NAME, arg.N, file.PATH, file.PATH#/KEY and the names of secrets")
}

// editEnv edits a variable. One that is not set can only be given a value.
func (d *draft) editEnv(e fault.Edit, name string) error {
	old, set := d.env[name]
	if !set && e.Value == "" {
		return notApplicable(e, "the variable is not set%s", decode.DidYouMean(name, slices.Collect(maps.Keys(d.env))))
	}
	value, there, err := change(e, old)
	switch {
	case err != nil:
		return err
	case there:
		d.env[name] = value
	default:
		delete(d.env, name)
	}
	return nil
}

// editArgument edits the n-th argument, or in `--flag=value` the value. Argument 0, the program, is no setting.
func (d *draft) editArgument(e fault.Edit, name string) error {
	n, err := strconv.Atoi(name)
	if err != nil || n < 1 || n >= len(d.args) {
		return notApplicable(e, "the arguments are arg.1 to arg.%d", len(d.args)-1)
	}
	flag, old := "", d.args[n].text
	if i := strings.IndexByte(old, '='); i > 0 && isFlag(old) {
		flag, old = old[:i+1], old[i+1:]
	}
	value, there, err := change(e, old)
	if err != nil {
		return err
	}
	if !there {
		d.args[n].dropped = true
		return nil
	}
	d.args[n] = argument{text: flag + value}
	return nil
}

func (d *draft) editFile(e fault.Edit, name string) error {
	name, pointer, ofKey := strings.Cut(name, "#")
	at := path.Join("files", name)
	file, there := d.files[at]
	if !there {
		return notApplicable(e, "no such file among the system's files")
	}
	if ofKey {
		text, err := editKey(e, name, file.Text, pointer)
		file.Text = text
		if err != nil {
			return err
		}
		d.files[at] = file
		return nil
	}
	return d.changeFile(e, at, file)
}

// changeFile edits a file as a whole. Malformed is half of it and then what no format knows.
func (d *draft) changeFile(e fault.Edit, at string, file File) error {
	switch {
	case e.Op == opMissing:
		delete(d.files, at)
		return nil
	case e.Op == opUnreadable:
		file.Unreadable = true
	case e.Op == opEmpty:
		file.Text = ""
	case e.Value != "" && (e.Op == opMalformed || e.Op == opWrong):
		file.Text = e.Value
	case e.Op == opMalformed:
		file.Text = half(file.Text) + "\n\t{[\x01\n"
	case e.Op == opWrong:
		return notApplicable(e, "which key is to be wrong? Say %s#/KEY, or give the value", e.Setting)
	default:
		return unknownOp(e)
	}
	d.files[at] = file
	return nil
}

// change gives a value under an edit; there is false when there is to be none.
func change(e fault.Edit, old string) (value string, there bool, err error) {
	switch {
	case e.Op == opMissing:
		return "", false, nil
	case e.Op == opEmpty:
		return "", true, nil
	case e.Value != "" && (e.Op == opMalformed || e.Op == opWrong):
		return e.Value, true, nil
	case e.Op == opMalformed:
		return malformed(old), true, nil
	case e.Op == opWrong:
		value, ok := wrong(old)
		if !ok {
			return "", false, notApplicable(e, "nothing like it can be made up; give the value")
		}
		return value, true, nil
	case e.Op == opUnreadable:
		return "", false, notApplicable(e, "only a file can be unreadable")
	}
	return "", false, unknownOp(e)
}

func unknownOp(e fault.Edit) error {
	ops := []string{opMissing, opEmpty, opMalformed, opWrong, opUnreadable}
	return fmt.Errorf("edit %s: unknown op %q%s", e.Setting, e.Op, decode.DidYouMean(e.Op, ops))
}
