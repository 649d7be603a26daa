package report

// The members of SARIF 2.1.0 that failwell writes.

type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool struct {
		Driver sarifDriver `json:"driver"`
	} `json:"tool"`
	Automation sarifID       `json:"automationDetails"`
	Results    []sarifResult `json:"results"`

	Invocations []sarifInvocation `json:"invocations,omitempty"`
}

type sarifInvocation struct {
	Successful bool        `json:"executionSuccessful"`
	Notes      []sarifNote `json:"toolExecutionNotifications"`
}

type sarifNote struct {
	Level   string    `json:"level"`
	Message sarifText `json:"message"`
}

type sarifID struct {
	ID string `json:"id"`
}

type sarifDriver struct {
	Name    string      `json:"name"`
	Version string      `json:"version,omitempty"`
	URI     string      `json:"informationUri"`
	Rules   []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID    string         `json:"id"`
	Short sarifText      `json:"shortDescription"`
	Full  *sarifText     `json:"fullDescription,omitempty"`
	Help  *sarifHelpText `json:"help,omitempty"`
	URI   string         `json:"helpUri"`
}

type sarifHelpText struct {
	Text     string `json:"text"`
	Markdown string `json:"markdown"`
}

type sarifText struct {
	Text string `json:"text"`
}

type sarifResult struct {
	Rule       string            `json:"ruleId"`
	Kind       string            `json:"kind"`
	Level      string            `json:"level"`
	Message    sarifText         `json:"message"`
	Locations  []sarifLocation   `json:"locations"`
	Prints     map[string]string `json:"partialFingerprints"`
	Baseline   string            `json:"baselineState,omitempty"`
	Properties sarifProperties   `json:"properties,omitzero"`
}

type sarifProperties struct {
	Name         string   `json:"name,omitempty"`
	Impact       string   `json:"impact"`
	Cases        []string `json:"cases"`
	Requests     []string `json:"requests"`
	Dependencies []string `json:"dependencies"`
}

type sarifLocation struct {
	Physical struct {
		Artifact struct {
			URI  string `json:"uri"`
			Base string `json:"uriBaseId"`
		} `json:"artifactLocation"`
		Region *sarifRegion `json:"region,omitempty"`
	} `json:"physicalLocation"`
	Logical []sarifLogical `json:"logicalLocations,omitempty"`
}

type sarifRegion struct {
	StartLine int `json:"startLine"`
}

type sarifLogical struct {
	Name string `json:"fullyQualifiedName"`
	Kind string `json:"kind"`
}
