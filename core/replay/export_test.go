package replay

var Sentences = sentences

// Sentence is sentence.
var Sentence = sentence
