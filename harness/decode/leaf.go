package decode

import (
	"encoding"
	"reflect"
	"strconv"
	"time"
)

const (
	aBool     = "true or false"
	aDuration = "a duration such as 250ms or 2s"
	aNumber   = "a number"
	aWhole    = "a whole number"
)

func (d *decoder) text(n *Node, unmarshaler encoding.TextUnmarshaler) {
	if n.kind != Scalar {
		d.wrong(n, Scalar.String())
		return
	}
	d.problems.Join(unmarshaler.UnmarshalText([]byte(n.text)), n.pos)
}

// scalar reads a scalar into a value of a basic type. Quotes do not matter here, since the type says what is meant.
func (d *decoder) scalar(n *Node, v reflect.Value) {
	if n.kind != Scalar {
		d.wrong(n, wanted(v.Type()))
		return
	}
	if v.Type() == reflect.TypeFor[time.Duration]() {
		d.duration(n, v)
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(n.text)
	case reflect.Bool:
		value, ok := boolean(n.text)
		if !ok {
			d.wrong(n, aBool)
			return
		}
		v.SetBool(value)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		d.int(n, v)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		d.uint(n, v)
	case reflect.Float32, reflect.Float64:
		d.float(n, v)
	default:
		d.problems.Add(n.pos, "nothing can be read into a Go %s", v.Type())
	}
}

func (d *decoder) duration(n *Node, v reflect.Value) {
	value, err := time.ParseDuration(n.text)
	switch {
	case err != nil || n.text == "0" || n.text == "+0" || n.text == "-0":
		d.wrong(n, aDuration)
	case value < 0:
		d.wrong(n, "a duration that is not negative")
	default:
		v.SetInt(int64(value))
	}
}

// whole returns the whole number that a scalar stands for, or notes that it is none.
func (d *decoder) whole(n *Node) (string, bool) {
	literal, ok := number(n.text)
	switch {
	case ok && isWhole(literal):
		return literal, true
	case digits(n.text):
		d.wrong(n, "a whole number without leading zeros")
	default:
		d.wrong(n, aWhole)
	}
	return "", false
}

func (d *decoder) int(n *Node, v reflect.Value) {
	literal, ok := d.whole(n)
	if !ok {
		return
	}
	bits := v.Type().Bits()
	value, err := strconv.ParseInt(literal, 10, bits)
	if err != nil {
		least := int64(-1) << (bits - 1)
		d.problems.Add(n.pos, "want a whole number from %d to %d, not %q", least, -(least + 1), n.text)
		return
	}
	v.SetInt(value)
}

func (d *decoder) uint(n *Node, v reflect.Value) {
	literal, ok := d.whole(n)
	if !ok {
		return
	}
	if literal[0] == '-' {
		d.wrong(n, "a whole number that is not negative")
		return
	}
	bits := v.Type().Bits()
	value, err := strconv.ParseUint(literal, 10, bits)
	if err != nil {
		d.problems.Add(n.pos, "want a whole number from 0 to %d, not %q", ^uint64(0)>>(64-bits), n.text)
		return
	}
	v.SetUint(value)
}

func (d *decoder) float(n *Node, v reflect.Value) {
	literal, ok := number(n.text)
	value, err := strconv.ParseFloat(literal, v.Type().Bits())
	switch {
	case !ok:
		d.wrong(n, aNumber)
	case err != nil:
		d.wrong(n, "a number that is not too big")
	default:
		v.SetFloat(value)
	}
}
