package lab

import "testing"

func TestSuccessesAreWaitedForUntilTheyAreSeenToBeSilent(t *testing.T) {
	var silent, wordy Successes
	wordy.Note(true)
	for range 3 {
		silent.Note(false)
		wordy.Note(false)
	}
	if (&Successes{}).AreLogged() == false || silent.AreLogged() || !wordy.AreLogged() {
		t.Errorf("new %t, silent %t, wordy %t", (&Successes{}).AreLogged(), silent.AreLogged(), wordy.AreLogged())
	}
}
